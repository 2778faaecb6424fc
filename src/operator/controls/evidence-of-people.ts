import { browser, everywhere, tests, type Evidence } from './evidence-types';

/** How people and programs come in, what they may do then, and how it ends. */
export const evidenceOfPeople = {
  roles: {
    says: 'One table says which role may do what; every verb asks it first, and an unknown role may do nothing.',
    code: ['src/domain/permissions.ts', 'src/context.ts', 'src/server/session.ts'],
    tests: [
      ...tests('unit/domain/permissions', '%s is for %s'),
      ...browser(
        'a viewer sees figures and no way to change anything',
        "a viewer's own call of an owner's action is refused",
      ),
    ],
  },
  surface: {
    says: 'Every page, route and action stands in one list with what it takes, and all are asked by those who may not.',
    code: ['src/server/action.ts', 'src/server/route.ts', 'tests/surface/table.ts', 'tests/surface/list.ts'],
    tests: everywhere(
      'every page, route and action is in the table, and nothing else is',
      'without a session',
      'with a session that has ended',
      'without a proof of the last five minutes',
      "what another workspace's is, is not found",
      'by a token: expired, unknown, of another scope, and right',
    ),
  },
  passwords: {
    says: 'Passwords are argon2id digests, those that are guessed first are refused, guessing is throttled, and answers do not tell which addresses exist.',
    code: [
      'src/features/auth/password.ts',
      'src/features/auth/common-password.ts',
      'src/features/auth/throttle.ts',
      'src/features/auth/sign-in.ts',
      'src/features/auth/email-links.ts',
    ],
    tests: [
      ...tests(
        'integration/auth/accounts',
        'T50 stores no password, only its argon2id digest',
        'T51 says the same of an unknown address and of a wrong password',
        'T52 is throttled after ten attempts on an account from one machine, right password or not',
        'T52 counts guesses that are made at the same moment',
      ),
      ...tests('unit/auth/common-password', 'is a salted argon2id digest with OWASP’s costs'),
      ...tests(
        'integration/auth/email-links',
        'is set by a link, which ends every session and is used up',
        'is answered the same for an address that nobody has, and before anything is done',
      ),
    ],
  },
  'second-factors': {
    says: 'Authenticator apps, passkeys and recovery codes count once each; a workspace can require a second factor.',
    code: [
      'src/features/auth/second-factor.ts',
      'src/features/auth/totp.ts',
      'src/features/auth/passkeys.ts',
      'src/features/auth/recovery-codes.ts',
      'src/features/workspaces/security-settings.ts',
    ],
    tests: [
      ...tests('unit/auth/totp', 'at %i s is that of RFC 6238'),
      ...tests(
        'integration/auth/totp',
        'opens nothing by the password alone, and everything by the code',
        'takes no code twice, nor one that is older than one it took',
        'cannot be guessed at leisure, from however many machines',
      ),
      ...tests('integration/auth/passkeys', 'that signed %s opens nothing', 'answers a challenge once'),
      ...tests(
        'integration/auth/recovery-codes',
        'are ten, each unlike the others, and stored as digests of this deployment alone',
      ),
      ...tests(
        'integration/auth/federated',
        'is closed to a session that has shown none, whatever the person has',
      ),
    ],
  },
  'changes-told': {
    says: 'A person is told by mail, once it is done, when a password, factor, recovery code or the address of their account changed; at the old address where the address did.',
    code: ['src/features/auth/tell-change.ts'],
    tests: tests(
      'integration/auth/tell-change',
      'hears of it once, and nobody waits for the mail: $change',
      'hears of what is done, not of what may still fail: $change',
      'has no secret in it: no password, code, key, token or link that opens anything',
      'because what was shown is wrong',
    ),
  },
  'step-up': {
    says: 'What cannot be undone or gives power away asks again who is there, within five minutes and by the strongest way the person has.',
    code: ['src/context.ts', 'src/features/auth/step-up.ts'],
    tests: [
      ...tests(
        'integration/auth/step-up',
        'lasts from the sign-in for five minutes',
        'takes no password where there is a second factor',
        'is the identity provider’s in a session that it opened',
      ),
      ...everywhere('without a proof of the last five minutes'),
    ],
  },
  sessions: {
    says: 'A session is a row that is looked up on each request; it ends at once when ended, by disuse and by age, sooner where a workspace says so.',
    code: [
      'src/features/auth/sessions.ts',
      'src/features/auth/own-sessions.ts',
      'src/server/auth.ts',
      'docs/decisions/0005-who-may-enter.md',
    ],
    tests: [
      ...tests(
        'integration/auth/sessions',
        'T53 is over at once when it is ended, and only that one',
        'T53 is over after three days without use, and not while it is used',
        'T53 is over after fourteen days whatever is done with it',
        'T53 is over at once when the workspace shortens it',
        'T53 loses a workspace the moment the membership is gone',
        'T54 ends every session, and the new password alone opens the next',
      ),
      ...tests(
        'integration/auth/own-sessions',
        'names the device, where it is and how it came in, this one first, and nobody else’s',
      ),
      ...browser('signing out ends the session at once, the old cookie included'),
    ],
  },
  'single-sign-on': {
    says: 'A SAML answer opens a session only if response and assertion (or, where owners say that their provider signs the response alone, the response with all that is in it) are signed by the stored certificate, answer a request of this browser, and come once.',
    code: [
      'src/saml/check-response.ts',
      'src/saml/check-signature.ts',
      'src/features/sso/receive-response.ts',
      'src/features/sso/finish-sign-in.ts',
      'src/features/sso/accept-login.ts',
      'docs/decisions/0007-what-we-check-of-a-saml-response.md',
    ],
    tests: [
      ...tests('attacks/saml/attacks', 'refuses: $name'),
      ...tests('attacks/saml/logout', 'refuses: $name'),
      ...tests('attacks/saml/unmodified', 'admits one attempt, also one that is refused'),
      ...tests(
        'integration/sso/binding',
        'opens nothing in another browser than the one that asked',
        'is not taken a second time',
        'for one workspace opens no other, with the same provider and the same key',
      ),
      ...tests(
        'integration/sso/login',
        'of a domain that the workspace has not verified is refused',
        'loses every way in that was made before its address was proven',
        'sees by it no other workspace that it belongs to',
      ),
    ],
  },
  'sso-administration': {
    says: 'A domain is proven by DNS, a connection turned on after a test, single sign-on required without locking owners out; certificates that end are told of.',
    code: [
      'src/features/sso/domains.ts',
      'src/features/sso/activate-connection.ts',
      'src/features/sso/enforce-sso.ts',
      'src/features/sso/housekeeping.ts',
      'src/features/auth/break-glass.ts',
      'src/saml/fetch-metadata.ts',
    ],
    tests: [
      ...tests('integration/sso/domains', 'is proven by its record, and says which'),
      ...tests('integration/sso/settings', 'write: owners who have just shown that it is them'),
      ...tests(
        'integration/sso/enforce',
        'takes an owner who can come in without the provider',
        'shuts out passwords and passkeys at once, in sessions that are open as well',
      ),
      ...tests(
        'integration/auth/break-glass',
        'tells everybody in the workspace, and the trail, and nobody elsewhere',
      ),
      ...tests(
        'integration/sso/metadata',
        'is told to the owners once 30 days before and once 7 days before',
        'at an address inside the network is not fetched, also where a public name leads there',
      ),
      ...tests('unit/saml/public-address', 'is not public: %s'),
    ],
  },
  members: {
    says: 'People come by invitation, single sign-on or provisioning, with the least that is chosen for them; whoever is removed is out at once, and an owner always stays.',
    code: [
      'src/features/members/invite.ts',
      'src/features/members/accept-invitation.ts',
      'src/features/members/change-role.ts',
      'src/features/members/remove-member.ts',
      'src/features/members/unproven-account.ts',
    ],
    tests: [
      ...tests(
        'integration/people/invitations',
        'takes somebody who may, who just proved who they are, and no more than their own rank',
      ),
      ...tests(
        'integration/people/accept',
        'is not joined by somebody else who has the link',
        'becomes that of whoever has the mail, and every way in of before ends',
      ),
      ...tests(
        'integration/people/roles',
        'holds, and is audited with what was and what became',
        'leaves owners to owners',
      ),
      ...tests(
        'integration/people/removal',
        'ends all that they had here at once, and leaves their login and other workspaces',
        'cannot both remove or demote each other',
      ),
      ...tests(
        'integration/people/members',
        'says of each how they came, what they see, and how safe their sign-in is',
      ),
    ],
  },
  'account-limits': {
    says: 'People can be limited to some AWS accounts; the database leaves out the rows of the others.',
    code: [
      'src/db/client.ts',
      'src/features/costs/scope.ts',
      'src/features/members/limit-member.ts',
      'prisma/migrations/20261125000220_limits/migration.sql',
    ],
    tests: [
      ...tests(
        'integration/limits/sql',
        'L10 has no table that tells of single accounts and is open to everybody',
        'L11 finds no other account anywhere, whatever table it looks through',
      ),
      ...tests(
        'integration/limits/costs',
        'L2 reads the id, the name and the ref of no other account anywhere, in JSON and in every CSV',
        'L7 gets no figure at all, which is not a cost of zero',
      ),
      ...tests('integration/views/limited', 'L41 that is about others alone is not there, not even its name'),
    ],
  },
  provisioning: {
    says: 'An identity provider creates, changes and deactivates people of proven domains by SCIM, with a token that opens nothing else.',
    code: [
      'src/features/scim/answer-scim.ts',
      'src/features/scim/access.ts',
      'src/features/scim/change-user.ts',
      'src/features/scim/scim-tokens.ts',
    ],
    tests: [
      ...tests(
        'integration/scim/people',
        'loses sessions and personal tokens at once, and nothing of other workspaces',
        'is never a guest of a domain that the workspace does not own',
        'is not the last owner',
      ),
      ...tests(
        'integration/scim/refusals',
        'is closed without a token of this kind, in the form of SCIM',
        'shows nothing of another workspace',
        'everything is audited: who, whom, what before and after',
      ),
      ...tests(
        'integration/scim/conformance',
        'tests the connection, provisions, updates, deactivates and comes back',
      ),
    ],
  },
  'api-tokens': {
    says: 'Tokens are digests with scopes, an end and address ranges; they may no more than their person may now.',
    code: [
      'src/features/tokens/create-token.ts',
      'src/features/tokens/authenticate-token.ts',
      'src/features/tokens/rate-limit.ts',
      'docs/api.md',
    ],
    tests: [
      ...tests(
        'integration/tokens/tokens',
        'is shown once and stored as a digest',
        'may no more than whoever makes it',
      ),
      ...tests(
        'integration/tokens/use',
        'may no more than its person may now',
        'is of somebody who was removed or deactivated',
        'comes from another address than it is held to',
        'hold a token, from however many addresses, until the minute is over',
      ),
      ...tests('integration/limits/tokens', 'L20 sees less from the moment on at which its person does'),
    ],
  },
} satisfies Record<string, Evidence>;
