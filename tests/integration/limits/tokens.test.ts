import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { listConnections } from '@/features/connections/read-connections';
import { readOverview } from '@/features/costs/read-overview';
import { authenticateToken } from '@/features/tokens/authenticate-token';
import { newTokenText, tokenDigest, type TokenKind } from '@/features/tokens/token-text';
import { createWorkbench, MANAGEMENT, PRODUCTION, STAGING, type Workbench } from '../../support/workbench';
import { overviewOf, queryOf } from '../costs/support';
import { accountRows, limitedTo, tracesOf } from './support';

let bench: Workbench;
let ctx: Ctx;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  await bench.connectAndSync(ctx);
});
afterAll(() => bench.close());

const userIdOf = ({ actor }: Ctx) => (actor.kind === 'user' ? actor.userId : null);

/** What a program is that comes with a token of this person, or of nobody. */
async function withToken(of: Ctx, kind: TokenKind): Promise<{ program: () => Promise<Ctx> }> {
  const text = newTokenText(kind, of.workspaceId);
  await bench.database.owner.query(
    `insert into api_token (workspace_id, id, kind, name, hint, digest, user_id, role, scopes, address_ranges, created_by, created_at)
     values ($1, $2, $3, 't', 'h', $4, $5, 'owner', '{cost:read,connection:read,view:read}', '{}', $6, now())`,
    [
      of.workspaceId,
      randomUUID(),
      kind,
      tokenDigest(text),
      kind === 'personal' ? userIdOf(of) : null,
      userIdOf(of),
    ],
  );
  const program = () =>
    authenticateToken(bench.runtime, { text, address: '203.0.113.7', kinds: ['personal', 'service'] });
  return { program };
}

describe('a token', () => {
  it('L20 of a limited person sees what they see, and nothing of connections, whatever it was allowed', async () => {
    const person = await limitedTo(bench, ctx, [PRODUCTION], 'admin');
    const { program } = await withToken(person, 'personal');
    const token = await program();
    for (const address of [
      '',
      'dates=last-12-months&by=account',
      'dates=last-90&by=region&service=AWS+Lambda',
    ]) {
      expect(await overviewOf(token, address)).toEqual(await overviewOf(person, address));
    }
    const text = JSON.stringify(await overviewOf(token, 'dates=last-12-months&by=account'));
    for (const trace of tracesOf(await accountRows(bench, ctx), [MANAGEMENT, STAGING])) {
      expect(text).not.toContain(trace);
    }
    await expect(listConnections(token)).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('L20 sees less from the moment on at which its person does', async () => {
    const person = await limitedTo(bench, ctx, [PRODUCTION, STAGING]);
    const { program } = await withToken(person, 'personal');
    const before = await overviewOf(await program(), 'by=account');
    expect(before.lines).toHaveLength(2);
    await bench.database.owner.query(
      `delete from account_grant g using linked_account l
       where g.user_id = $1 and l.workspace_id = g.workspace_id and l.ref = g.ref and l.aws_account_id = $2`,
      [userIdOf(person), STAGING],
    );
    expect((await overviewOf(await program(), 'by=account')).lines).toHaveLength(1);
    await bench.database.owner.query('delete from account_grant where user_id = $1', [userIdOf(person)]);
    const nothing = await program();
    expect(nothing.actor).toMatchObject({ accounts: [] });
    expect(await readOverview(nothing, queryOf(nothing, ''))).toBeNull();
  });

  it('L20 of the workspace itself sees everything, as whoever made it did', async () => {
    const { program } = await withToken(ctx, 'service');
    expect(await overviewOf(await program(), 'by=account')).toEqual(await overviewOf(ctx, 'by=account'));
  });
});
