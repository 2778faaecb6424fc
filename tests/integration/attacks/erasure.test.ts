import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PreconditionFailed } from '@/errors';
import { acceptInvitation } from '@/features/members/accept-invitation';
import { invite } from '@/features/members/invite';
import { deleteWorkspace } from '@/features/workspaces/delete-workspace';
import { actorOf, createWorkbench, type Workbench } from '../../support/workbench';
import { empty, held, newOwner, signedIn } from '../auth/support';
import { mailedText } from '../people/support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

describe('an account that is deleted while it joins a workspace', () => {
  it('does not join, so that no membership is nobody’s', async () => {
    const grace = await newOwner(bench, 'grace');
    const ada = await newOwner(bench, 'ada');
    const ctx = { ...grace.ctx, actor: actorOf(grace.userId, 'owner') };
    await bench.database.owner.query('update app_user set email_verified_at = now()');
    await invite(ctx, { email: ada.email, role: 'owner', accounts: null });
    const person = await signedIn(bench, ada.email);
    const text = await mailedText(bench, ada.email);
    const refused = await held(bench, 'delete from app_user where id = $1', [ada.userId], () =>
      acceptInvitation(person, { text }),
    );
    expect(refused).toBeInstanceOf(PreconditionFailed);
    const { rows } = await bench.database.owner.query(
      'select user_id from membership where workspace_id = $1',
      [grace.workspaceId],
    );
    expect(rows).toEqual([{ user_id: grace.userId }]);
  });
});

describe('a workspace that is deleted while one of its people joins another', () => {
  it('leaves their account and the other membership', async () => {
    const ada = await newOwner(bench, 'ada');
    const grace = await newOwner(bench, 'grace');
    const ctx = { ...ada.ctx, actor: actorOf(ada.userId, 'owner') };
    const receipt = await held(
      bench,
      `with joining as (select id from app_user where id = $2 for share)
       insert into membership (workspace_id, user_id, role) select $1, id, 'editor' from joining`,
      [grace.workspaceId, ada.userId],
      () => deleteWorkspace(ctx, { confirmation: 'Works of ada' }),
    );
    expect(receipt).toHaveProperty('signature');
    const { owner } = bench.database;
    expect((await owner.query('select from workspace where id = $1', [ada.workspaceId])).rows).toEqual([]);
    expect((await owner.query('select from app_user where id = $1', [ada.userId])).rows).toHaveLength(1);
    const { rows } = await owner.query('select workspace_id from membership where user_id = $1', [
      ada.userId,
    ]);
    expect(rows).toEqual([{ workspace_id: grace.workspaceId }]);
  });
});
