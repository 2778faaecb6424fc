import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withTransaction, type Ctx } from '@/context';
import { signUp } from '@/features/auth/sign-up';
import { createSession, readSession } from '@/features/auth/sessions';
import { erasedTables } from '@/features/erasure/erased-tables';
import type { ReceiptBody, SignedReceipt } from '@/features/erasure/receipt';
import { countRequest } from '@/features/tokens/rate-limit';
import { deleteWorkspace, workspaceTables } from '@/features/workspaces/delete-workspace';
import { tablesThatHold } from '../../support/database-text';
import { DEVICE, openSession } from '../../support/open-session';
import { tenantTables } from '../../support/tenancy-check';
import { actorOf, createWorkbench, STAGING, STANDALONE, type Workbench } from '../../support/workbench';
import { markOf, seedWorkspace } from '../tenancy/seed';
import { countsWhere, rowsWhere } from './support';

type Owner = Ctx & { userId: string; email: string };

let bench: Workbench;
let ada: Owner;
let grace: Owner;
/** Belongs to both, but may not sign in at Grace's any more. */
let bob: Owner;
let tokens: Record<'ada' | 'bob' | 'saml' | 'grace', string>;
let staffId: string;
let before: Record<string, string[]>;
let others: Map<string, string[]>;
let receipt: SignedReceipt;

async function newOwner(name: string, workspace: string): Promise<Owner> {
  const email = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@example.org`;
  const input = { name, workspace, email, password: 'a long enough password' };
  const { userId, workspaceId } = await signUp(bench.runtime, input, DEVICE);
  return { ...bench.runtime, workspaceId, userId, email, actor: actorOf(userId, 'owner') };
}

const asOwner = (statement: string, values: unknown[] = []) => bench.database.owner.query(statement, values);

/** All that belongs to a person beside their sessions. */
async function seedPerson({ userId, email }: Owner): Promise<void> {
  await asOwner(
    `insert into passkey (id, user_id, public_key, transports, is_backed_up, name) values ($1, $2, '\\x00', '{}', false, 'key')`,
    [`passkey-${userId}`, userId],
  );
  await asOwner(`insert into recovery_code (user_id, digest) values ($1, 'code')`, [userId]);
  await asOwner(
    `insert into user_token (digest, user_id, purpose, expires_at) values ($2, $1, 'reset', now())`,
    [userId, `token-${userId}`],
  );
  await asOwner(
    `insert into webauthn_challenge (digest, user_id, purpose, expires_at) values ($2, $1, 'step-up', now())`,
    [userId, `challenge-${userId}`],
  );
  await bench.runtime.mail.send({ to: email, subject: 'Confirm your address', text: 'Follow the link.' });
}

async function seedStaff(workspaceId: string): Promise<string> {
  const id = randomUUID();
  await asOwner(
    `insert into staff_account (id, email, name, granted_at, granted_by) values ($1, 'staff@operator.example', 'S', now(), 'o')`,
    [id],
  );
  await asOwner(
    `insert into staff_session (token_hash, staff_id, created_at, last_seen_at, expires_at, workspace_id, access_id)
     select 'hash', $1, now(), now(), now(), $2, id from staff_access where workspace_id = $2`,
    [id, workspaceId],
  );
  return id;
}

const samlSession = async (person: Owner, workspaceId: string) => {
  const { rows } = await asOwner('select id from sso_connection where workspace_id = $1', [workspaceId]);
  return createSession(bench.runtime, {
    userId: person.userId,
    method: 'saml',
    device: DEVICE,
    saml: {
      workspaceId,
      connectionId: (rows[0] as { id: string }).id,
      nameId: `name-${markOf(person)}`,
      nameIdFormat: null,
      sessionIndex: null,
      notOnOrAfter: null,
    },
  });
};

/** By what is found again what has to go; of each it is known that it is there before. */
const textsOf = () => ({
  workspace: [ada.workspaceId, 'Lovelace Analytics', markOf(ada)],
  ada: [ada.userId, ada.email, `passkey-${ada.userId}`, `token-${ada.userId}`, `challenge-${ada.userId}`],
});

beforeAll(async () => {
  bench = await createWorkbench();
  ada = await newOwner('Ada', 'Lovelace Analytics');
  grace = await newOwner('Grace', 'Hopper Systems');
  bob = await newOwner('Bob', 'Babbage Works');
  await asOwner('delete from workspace where id = $1', [bob.workspaceId]);
  for (const ctx of [ada, grace]) {
    await withTransaction(ctx, (tx) =>
      tx.membership.create({ data: { workspaceId: ctx.workspaceId, userId: bob.userId, role: 'editor' } }),
    );
  }
  await asOwner('update membership set deactivated_at = now() where workspace_id = $1 and user_id = $2', [
    grace.workspaceId,
    bob.userId,
  ]);
  for (const [ctx, account] of [
    [ada, STAGING],
    [grace, STANDALONE],
  ] as const) {
    await bench.connectAndSync(ctx, { account });
    await seedWorkspace(bench.database.owner, ctx);
    await seedPerson(ctx);
  }
  await seedPerson(bob);
  staffId = await seedStaff(ada.workspaceId);
  await bench.runtime.mail.send({
    to: 'guest@example.org',
    subject: 'An invitation',
    text: 'Ada invites you to Lovelace Analytics.',
  });
  await countRequest(bench.runtime, `token ${ada.workspaceId}`, 100);
  tokens = {
    ada: await openSession(bench.runtime, ada.userId),
    bob: await openSession(bench.runtime, bob.userId),
    saml: await samlSession(bob, ada.workspaceId),
    grace: await openSession(bench.runtime, grace.userId),
  };
  await asOwner('update auth_session set workspace_id = $1 where user_id = $2', [
    ada.workspaceId,
    bob.userId,
  ]);
  const { workspace, ada: person } = textsOf();
  before = {};
  for (const text of [...workspace, ...person])
    before[text] = await tablesThatHold(bench.database.owner, [text]);
  others = await rowsWhere(bench, 'workspace_id', grace.workspaceId);
  receipt = await deleteWorkspace(ada, { confirmation: 'Lovelace Analytics' });
});
afterAll(() => bench.close());

describe('a workspace with everything that a workspace can have', () => {
  it('L60 has rows in every table of a workspace, and each is known to its deletion', async () => {
    const known: string[] = [...workspaceTables, ...erasedTables].map(({ table }) => table);
    expect([...new Set([...known, 'workspace', 'account_grant'])].sort()).toEqual(
      (await tenantTables(bench.database.owner)).sort(),
    );
    const content = JSON.parse(receipt.body) as ReceiptBody;
    const counts = new Map(content.rows.map((row) => [row.table, row.before]));
    for (const { table } of workspaceTables) {
      if (table === 'connection') continue;
      expect(counts.get(table), table).toBeGreaterThan(0);
    }
    expect(content.rows.filter((row) => row.after !== 0)).toEqual([]);
  });

  it('L60 leaves no row, and no trace in any table', async () => {
    for (const [text, tables] of Object.entries(before)) expect(tables, text).not.toEqual([]);
    const { workspace, ada: person } = textsOf();
    for (const text of [...workspace, ...person]) {
      expect(await tablesThatHold(bench.database.owner, [text]), text).toEqual([]);
    }
    expect(await countsWhere(bench, 'workspace_id', ada.workspaceId)).toEqual({});
    expect(await countsWhere(bench, 'sso_workspace_id', ada.workspaceId)).toEqual({});
    expect(await countsWhere(bench, 'user_id', ada.userId)).toEqual({});
  });

  it('L60 leaves what is of people who belong elsewhere too, also where they are deactivated', async () => {
    expect(await countsWhere(bench, 'user_id', bob.userId)).toMatchObject({
      membership: 1,
      passkey: 1,
      recovery_code: 1,
      // One of the address that they signed up with.
      user_token: 2,
      webauthn_challenge: 1,
      auth_session: 1,
    });
    expect(await readSession(bench.runtime, tokens.ada)).toBeNull();
    expect(await readSession(bench.runtime, tokens.saml)).toBeNull();
    expect(await readSession(bench.runtime, tokens.bob)).toMatchObject({
      userId: bob.userId,
      workspaces: [],
    });
    expect(await readSession(bench.runtime, tokens.grace)).toMatchObject({ userId: grace.userId });
    const { rows } = await asOwner('select recipient from local_mail order by 1');
    const kept = (rows as { recipient: string }[]).map((row) => row.recipient);
    expect(kept).toEqual(expect.arrayContaining([bob.email, grace.email]));
    expect(kept).not.toContain('guest@example.org');
  });

  it('L60 leaves the other workspace as it is, row for row', async () => {
    expect(others.size).toBeGreaterThan(25);
    expect(await rowsWhere(bench, 'workspace_id', grace.workspaceId)).toEqual(others);
  });

  it('L60 leaves staff, and nothing with them that says which workspace they looked into', async () => {
    const { rows } = await asOwner('select staff_id, workspace_id, access_id from staff_session');
    expect(rows).toEqual([{ staff_id: staffId, workspace_id: null, access_id: null }]);
  });

  it('L60 leaves of requests that were counted digests, in which nothing can be read', async () => {
    const { rows } = await asOwner('select key from rate_count union all select key from login_throttle');
    expect(rows.length).toBeGreaterThan(0);
    for (const { key } of rows as { key: string }[]) expect(key).toMatch(/^(\w+:)?[0-9a-f]{32,}$/);
  });
});
