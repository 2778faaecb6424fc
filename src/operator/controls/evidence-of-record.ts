import { tests, type Evidence } from './evidence-types';

/** What is on record, for how long, and what the operator's own people can see. */
export const evidenceOfRecord = {
  'audit-trail': {
    says: 'What is done is recorded in the same transaction, each event chained to the one before by its hash; the application can add to it and change nothing.',
    code: [
      'src/features/audit/record-audit.ts',
      'src/features/audit/verify-chain.ts',
      'scripts/audit-verify.ts',
      'prisma/migrations/20261125000230_audit/migration.sql',
      'docs/decisions/0006-the-audit-trail-is-a-chain.md',
    ],
    tests: [
      ...tests(
        'integration/tenancy/audit-functions',
        'is written by its function alone: the application inserts, changes and deletes nothing of it',
      ),
      ...tests(
        'integration/audit/chain',
        'grows under 20 writers at once without a gap and without a deadlock',
        'sees no other workspace’s events',
      ),
      ...tests('integration/audit/tampering', 'is found at its event: %s', 'is found at the end'),
      ...tests('unit/audit/verify-file', 'says where an event was written anew, with a link that fits'),
      ...tests(
        'integration/auth/trail',
        'is in the trail of each of their workspaces: who, what, how and from where',
        'leaves no password, secret, code, link or token anywhere but in the mail that brings a link',
      ),
    ],
  },
  'audit-retention': {
    says: 'The trail stays until its owners set an end, of 30 days at least; what goes then goes from the beginning and is said in the chain.',
    code: ['src/features/audit/retention.ts', 'prisma/migrations/20261125000230_audit/migration.sql'],
    tests: [
      ...tests(
        'integration/audit/retention',
        'is set by owners who have just proved who they are, and by nobody else',
        'lets go of what is older, says so in the trail, and the chain still verifies',
      ),
      ...tests(
        'integration/tenancy/audit-functions',
        'lets go of nothing that is younger than the setting, whatever day the caller says it is',
      ),
      ...tests(
        'unit/audit/verify-file',
        'that begins where the retention let go is unbroken, and hangs on that link',
      ),
    ],
  },
  'audit-export': {
    says: 'Owners and administrators search, export and verify it; an export verifies without the database, and is an event itself.',
    code: [
      'src/features/audit/export-audit.ts',
      'src/features/audit/verify-file.ts',
      'src/app/api/audit.jsonl/route.ts',
    ],
    tests: [
      ...tests(
        'integration/audit/export',
        'gives a token of its scope what the list shows, and says first that it did',
        'has none of another workspace’s events',
      ),
      ...tests(
        'integration/views/exports',
        'L50 is not handed out where the audit trail cannot take it down',
      ),
    ],
  },
  'staff-access': {
    says: 'The operator’s staff see ids and health; for more they give a reason, an owner decides, four hours at most, read only, each page in the workspace’s trail.',
    code: [
      'src/features/staff/ask-access.ts',
      'src/features/staff/decide-access.ts',
      'src/features/staff/visit.ts',
      'src/features/staff/health.ts',
      'src/server/staff-session.ts',
    ],
    tests: [
      ...tests('integration/staff/desk', 'shows ids and health, and nothing else of any workspace'),
      ...tests(
        'integration/staff/asking',
        'waits for an owner, who is mailed, and stands in the trail',
        'names a reason and 15 to 240 minutes',
        'that nobody can ask refuses, denies who waits and puts out who looks',
      ),
      ...tests(
        'integration/staff/visiting',
        'puts every page and answer into the trail, which its owner counts',
        'shows nothing that cannot be recorded',
        'when an owner ends it',
      ),
      ...tests(
        'integration/staff/read-only',
        'are refused by every verb that a page or an action calls, but for those that show',
      ),
    ],
  },
  'staff-accounts': {
    says: 'Staff have accounts of their own with a second factor, made and ended by the database’s owner alone, and somebody signs the list each quarter.',
    code: ['scripts/staff.ts', 'src/features/staff/roll.ts', 'src/features/staff/review.ts'],
    tests: [
      ...tests(
        'integration/staff/accounts',
        'is the command’s: the application can neither add to it nor change who stands on it',
        'lives 8 hours, and 30 minutes without a request',
        'loses whoever is revoked, with their sessions',
      ),
      ...tests(
        'integration/staff/desk',
        'is overdue until somebody signs the list, which is kept as it was',
        'is due again in the next quarter, and cannot be rewritten',
      ),
    ],
  },
} satisfies Record<string, Evidence>;
