import { browser, tests, type Evidence } from './evidence-types';

/** How AWS is reached, whose rows are whose, and how they go again. */
export const evidenceOfAccess = {
  'read-only-role': {
    says: 'The role in the customer’s account can be given lists and descriptions, no data, no secret and no change.',
    code: ['src/aws/permissions.ts', 'src/aws/render-document.ts', 'cloudformation/belvedere-readonly.yaml'],
    tests: [
      ...tests(
        'unit/aws/permissions',
        'holds only actions of access level Read or List, with no waiver',
        'holds none of the 332 sensitive reads and no personal data outside the billing export',
      ),
      ...tests(
        'unit/aws/template',
        'T16 passes every static check',
        'reads cost but neither data nor secrets',
      ),
    ],
  },
  'external-id': {
    says: 'Each connection has an ExternalId of its own that Belvedere makes; a role that opens without it is refused.',
    code: ['src/features/connections/start-connection.ts', 'src/features/connections/verify-connection.ts'],
    tests: [
      ...tests(
        'integration/access/external-id',
        'T01 makes an ExternalId of 192 random bits in the format that AWS takes',
        'T03 never issues an ExternalId again after a disconnect, and remembers it only as a digest',
      ),
      ...tests(
        'integration/access/probes',
        'T08 refuses a role that opens without the ExternalId and stores no ARN',
        'T09 is tried again before every later sync, and not synced once its condition is gone',
      ),
    ],
  },
  'aws-sessions': {
    says: 'Sessions at AWS are short, narrowed to their purpose, and their credentials are written down nowhere.',
    code: ['src/aws/session.ts', 'src/aws/session-policy.ts'],
    tests: tests(
      'integration/access/sessions',
      'T15 lasts an hour at most, names its connection and is narrowed by a session policy',
      'T15 leaves its credentials in no table, queue or log line',
      'T13 cannot open a role in its own account, whatever that role trusts',
    ),
  },
  tenancy: {
    says: 'Row Level Security, forced, keeps every row to its workspace; the application’s login owns nothing.',
    code: [
      'src/db/client.ts',
      'prisma/migrations/20261124000200_tenancy/migration.sql',
      'prisma/migrations/20261125000100_people_tenancy/migration.sql',
    ],
    tests: [
      ...tests(
        'integration/tenancy/isolation',
        'shows a workspace its own rows and no others',
        'shows nothing where no workspace is set',
        'does not let the application step out of Row Level Security',
      ),
      ...tests(
        'integration/tenancy/catalogue',
        'has every table of a workspace behind one forced policy, keyed and referenced by workspace',
        "gives the application's role no ownership and nothing above Row Level Security",
      ),
      ...browser('is not found by any API', "another workspace's owner changes nothing here"),
    ],
  },
  'access-ledger': {
    says: 'Every call to AWS is written down with AWS’s request id, to be held against CloudTrail.',
    code: ['src/features/connections/ledger-observer.ts', 'src/aws/observe.ts'],
    tests: tests('integration/syncs/first-load', 'T13 writes every call into the access ledger'),
  },
  erasure: {
    says: 'Revoking takes data out of every answer at once, deletes and counts all rows, and signs a receipt.',
    code: [
      'src/features/erasure/erase-connection.ts',
      'src/features/erasure/erased-tables.ts',
      'src/features/erasure/receipt.ts',
    ],
    tests: [
      ...tests(
        'integration/erasure/dump',
        'T36 holds nothing any more of the account, its organization, its role and its ExternalId',
        'T37 has no table of a connection that the erasure does not know',
      ),
      ...tests('integration/erasure/revoke', 'T31 takes the data out of every answer before a row is erased'),
      ...tests(
        'integration/erasure/receipt',
        'T33 is genuine by the public key alone, and not with any byte of it changed',
      ),
    ],
  },
  'workspace-deletion': {
    says: 'An owner deletes a workspace with all its rows and the people who belong to no other.',
    code: ['src/features/workspaces/delete-workspace.ts'],
    tests: tests(
      'integration/erasure/workspace',
      'T39 leaves no row, and of its people, its connections and their accounts no trace',
      'T39 keeps the people who belong elsewhere too; the others go with their sessions',
    ),
  },
} satisfies Record<string, Evidence>;
