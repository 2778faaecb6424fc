import { browser, everywhere, tests, type Evidence } from './evidence-types';

/** How requests, secrets, figures, changes and dependencies are seen to, and what anyone may read of it. */
export const evidenceOfMaking = {
  headers: {
    says: 'Every answer has headers that keep out foreign scripts, frames, plug-ins and plain http.',
    code: ['src/security/headers.ts', 'src/security/fixed-headers.js', 'src/proxy.ts'],
    tests: [
      ...tests(
        'unit/headers/headers',
        'leave nothing that Observatory or OWASP would hold against them',
        'sets them on every page, each with a nonce of its own that the page is told',
        'is asked wherever there is no fixed answer to it, and nowhere else',
      ),
      ...browser('every page has the security headers, and what is data is none'),
    ],
  },
  requests: {
    says: 'Changes are taken from our own pages alone, bodies have a limit, and nobody is sent on to another site.',
    code: [
      'src/security/same-origin.ts',
      'src/proxy.ts',
      'src/security/read-body.ts',
      'src/security/safe-redirect.ts',
    ],
    tests: [
      ...browser('a post from another site is refused'),
      ...everywhere('from another site, and from nowhere'),
      ...tests(
        'unit/headers/same-origin',
        'refuses a change that comes from %s',
        'lets others write to the three places that prove by themselves who sent what, and nowhere near them',
      ),
      ...tests('unit/headers/read-body', 'refuses the first byte beyond the limit and declines the rest'),
      ...tests(
        'unit/headers/safe-redirect',
        'never lets a browser leave, whatever is made of slashes, dots and their like',
      ),
    ],
  },
  input: {
    says: 'Input is parsed once against a strict schema; hostile text stays text wherever it goes.',
    code: ['src/features/connections/schemas.ts', 'src/features/costs/schemas.ts', 'src/server/action.ts'],
    tests: [
      ...tests('unit/aws/template-links', 'T17 round-trips hostile text in every field'),
      ...tests('integration/costs/query', 'T48 with too much is refused by its field'),
      ...tests(
        'integration/tenancy/isolation',
        'is made from a UUID alone, so nothing can be smuggled in with it',
      ),
    ],
  },
  transit: {
    says: 'Neither a public address without https nor a distant database without a checked certificate is accepted.',
    code: ['src/env.ts', 'src/security/database-tls.ts', 'scripts/db-migrate.ts'],
    tests: [
      ...tests('unit/env', 'refuses %s as %s'),
      ...tests(
        'unit/headers/database-tls',
        'asks for a checked certificate of %s',
        'says nothing to a server whose certificate is for another name',
      ),
    ],
  },
  secrets: {
    says: 'Secrets come from the environment, example values are refused, and none is in an error or a log line.',
    code: ['src/env.ts', 'src/log.ts', 'scripts/keys.mjs'],
    tests: [
      ...tests(
        'unit/env',
        'names all that is wrong at once, and repeats no value',
        'refuses the example secret anywhere but on this machine',
      ),
      ...tests('unit/env-docs', 'has every variable that is read, and no other'),
      ...tests(
        'unit/log',
        'takes %s out of a text',
        'takes secrets out of an error that is only a cause or a stack',
      ),
    ],
  },
  encryption: {
    says: 'What has to be read again (TOTP secrets, SAML keys) is stored under a key of its own, bound to its row; keys change without anyone noticing.',
    code: ['src/vault.ts', 'scripts/keys-rotate.ts', 'scripts/rotate-vault.ts'],
    tests: [
      ...tests(
        'unit/vault',
        'opens a value for its purpose alone, so it cannot be moved to another row',
        'opens no value that was changed, in any part',
      ),
      ...tests(
        'integration/auth/keys-rotate',
        'puts every value of everybody under the new one, and leaves what they say',
        'lets people sign in with the app that they have',
      ),
    ],
  },
  mail: {
    says: 'Mail goes to the operator’s server alone, over checked TLS unless it is on the same machine, as plain text; no log has its words or its recipient.',
    code: ['src/mail/mailer.ts'],
    tests: tests(
      'unit/mailer',
      'is handed over as plain text',
      'is not told to a server that offers no TLS',
      'that is refused answers false, and logs neither its text nor to whom it went',
    ),
  },
  egress: {
    says: 'The browser tests run web server and worker with every connection blocked but those to their database and AWS, and fail when another is tried.',
    code: [
      'tests/support/egress-guard.mjs',
      'tests/e2e/support/start-stack.ts',
      'src/saml/fetch-metadata.ts',
    ],
    tests: [
      {
        file: 'tests/unit/egress/egress-guard.test.ts',
        title: 'blocks and names every address but those that are allowed',
      },
      ...tests(
        'unit/saml/fetch-metadata',
        'comes from the address that was judged, whatever the name means afterwards',
      ),
    ],
  },
  agreement: {
    says: 'Figures are exact and held against AWS’s own totals after every load.',
    code: ['src/features/costs/read-agreement.ts', 'src/domain/money.ts'],
    tests: [
      ...tests(
        'integration/syncs/first-load',
        'T10 finds AWS and itself in agreement, every account and month compared',
      ),
      ...tests(
        'integration/costs/kpis',
        'T45 locates a difference of a billionth in the month and account of the row that has it',
      ),
    ],
  },
  resilience: {
    says: 'A worker may die anywhere: nothing is lost, doubled, half shown or paid twice.',
    code: ['src/features/syncs/run-sync.ts', 'src/features/syncs/fence.ts', 'src/jobs/worker.ts'],
    tests: [
      ...tests('integration/syncs/crash', 'T22 at any number of fetches loses nothing and doubles nothing'),
      ...tests(
        'integration/erasure/revoke',
        'T32 after the access ended is listed as due work and goes on from there',
      ),
      ...tests('integration/syncs/trouble', 'T21 of $%s is never exceeded on any day'),
    ],
  },
  health: {
    says: 'The processes answer whether they are alive and ready, and say what failed in the log.',
    code: ['src/app/healthz/route.ts', 'src/app/readyz/route.ts', 'src/log.ts'],
    tests: browser('health, readiness and the template are open to anyone'),
  },
  change: {
    says: 'Every change of the template is a recorded version, and every change of the database a committed migration.',
    code: ['src/aws/template-history.ts', 'src/db/migrate.ts', 'scripts/test.mjs'],
    tests: [
      ...tests(
        'unit/aws/template-history',
        'end with the template as it is rendered',
        'is worked out: added, removed and moved actions, and texts',
      ),
      ...tests(
        'integration/tenancy/migrations',
        'make what schema.prisma describes, and the cost tables beside it',
        'applied again change nothing and leave what is there',
      ),
    ],
  },
  architecture: {
    says: 'Layers may import each other one way only, and what is dangerous has one place.',
    code: ['eslint.config.js', 'src/runtime.ts'],
    tests: tests('integration/access/sessions', 'T06 is called by one file alone'),
  },
  dependencies: {
    says: 'Dependencies are pinned, listed, under licences that were looked at, and past their published holes.',
    code: ['package-lock.json', 'scripts/sbom.mjs', 'scripts/licences.ts'],
    tests: [
      ...tests('unit/licences/licences', 'knows the licence of every package that is shipped'),
      ...tests('unit/licences/sbom', 'lists every package that is shipped, and none that is not'),
      ...tests('unit/licences/known-holes', 'holds no version in which a hole was published'),
    ],
  },
  'test-data': {
    says: 'Development and tests run on a simulated AWS and a simulated identity provider with invented accounts; no customer’s data is needed.',
    code: ['tests/simulated-aws/server.ts', 'tests/simulated-idp/server.ts', 'tests/support/workbench.ts'],
    tests: tests(
      'simulated-aws-contract/cost-explorer',
      'is the size it says, with its spike, its closed account and sums that stay exact',
    ),
  },
  'public-facts': {
    says: 'Pages for anyone say what is stored, for how long, who sees it and whom to write to.',
    code: [
      'src/app/security/page.tsx',
      'src/app/security/stored-data.ts',
      'src/app/privacy/page.tsx',
      'src/app/subprocessors/page.tsx',
      'src/operator/security-txt.ts',
    ],
    tests: [
      { file: 'tests/unit/operator/pages.test.tsx', title: 'claim nothing that the operator has not said' },
      {
        file: 'tests/unit/operator/pages.test.tsx',
        title: 'list every table of the database among what is stored, and none that is not there',
      },
      ...tests(
        'unit/operator/security-txt',
        'names every way of contact, the key, the policy and its own address',
      ),
    ],
  },
} satisfies Record<string, Evidence>;
