import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict } from '@/errors';
import { listHealth } from '@/features/staff/health';
import { listOwnAccesses } from '@/features/staff/own-accesses';
import { quarterOf, readReview, signReview } from '@/features/staff/review';
import { revokeStaff } from '@/features/staff/roll';
import { SignReviewInput } from '@/features/staff/schemas';
import { createView } from '@/features/views/views';
import { createWorkbench, MANAGEMENT, STANDALONE, type Workbench } from '../../support/workbench';
import { ask, hire, KIM, SAM, stampOf } from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

describe('the desk of staff', () => {
  it('shows ids and health, and nothing else of any workspace', async () => {
    const owner = await bench.newWorkspace('Secret Acme');
    const { connection } = await bench.connectAndSync(owner);
    const { id: viewId } = await createView(owner, { name: 'Secret view', query: '' });
    const broken = await bench.newWorkspace('Secret Broken');
    const { id } = await bench.connect(broken, { account: STANDALONE });
    await bench.database.owner.query(`update connection set status = 'attention' where id = $1`, [id]);
    const sam = await hire(bench);
    await ask(sam, owner);
    const desk = await sam.desk();

    const health = await listHealth(desk, '');
    expect(health).toEqual({
      total: 2,
      rows: [
        {
          workspaceId: broken.workspaceId,
          createdAt: expect.any(Date),
          connections: 1,
          failing: 1,
          lastSyncAt: null,
        },
        {
          workspaceId: owner.workspaceId,
          createdAt: expect.any(Date),
          connections: 1,
          failing: 0,
          lastSyncAt: bench.clock.now(),
        },
      ],
    });
    const own = await listOwnAccesses(desk);
    expect(own).toMatchObject([{ workspaceId: owner.workspaceId, state: 'asked' }]);
    const everything = JSON.stringify([health, own, await readReview(desk)]);
    const names = [
      'Secret',
      MANAGEMENT,
      STANDALONE,
      connection.id,
      connection.externalId,
      viewId,
      'acme.example',
    ];
    for (const text of names) expect(everything).not.toContain(text);
  });

  it('finds a workspace by the beginning of its id, and takes no pattern', async () => {
    const first = await bench.newWorkspace();
    await bench.newWorkspace('Other');
    const desk = await (await hire(bench)).desk();
    const find = async (text: string) => (await listHealth(desk, text)).rows.map((row) => row.workspaceId);
    expect(await find(first.workspaceId.slice(0, 12).toUpperCase())).toEqual([first.workspaceId]);
    expect(await find(first.workspaceId.slice(1))).toEqual([]);
    for (const pattern of ['%', '_', '.*', "' or true --"]) expect(await find(pattern)).toEqual([]);
    expect(await find('  ')).toHaveLength(2);
  });
});

describe('the quarterly review', () => {
  const note = 'Everybody is still needed.';

  it('tells a quarter by UTC', () => {
    expect(quarterOf(new Date('2027-03-31T23:59:59.999Z'))).toBe('2027-Q1');
    expect(quarterOf(new Date('2027-04-01T00:00:00.000Z'))).toBe('2027-Q2');
    expect(quarterOf(new Date('2027-12-31T23:59:59.999Z'))).toBe('2027-Q4');
  });

  it('is overdue until somebody signs the list, which is kept as it was', async () => {
    const sam = await hire(bench);
    const kim = await hire(bench, KIM);
    const page = await readReview(await sam.desk());
    expect(page).toMatchObject({ quarter: '2027-Q1', isOverdue: true, isSignedByMe: false, signOffs: [] });
    expect(page.people.map((person) => person.email).sort()).toEqual([KIM.email, SAM.email]);
    await signReview(await sam.desk(), { quarter: page.quarter, seen: page.seen, note });

    expect(await readReview(await sam.desk())).toMatchObject({ isOverdue: false, isSignedByMe: true });
    expect(await readReview(await kim.desk())).toMatchObject({
      isOverdue: false,
      isSignedByMe: false,
      signOffs: [{ quarter: '2027-Q1', signedBy: `${SAM.name} <${SAM.email}>`, note, people: 2 }],
    });
    const { rows } = await bench.database.owner.query<{ people: Record<string, unknown>[] }>(
      'select people from staff_review',
    );
    expect(rows[0]?.people.find((person) => person['email'] === KIM.email)).toMatchObject({
      name: KIM.name,
      grantedBy: 'root',
      grantedAt: bench.clock.now().toISOString(),
      hasSecondFactor: true,
    });
  });

  it('is signed once by each, also at the same moment', async () => {
    const sam = await hire(bench);
    const kim = await hire(bench, KIM);
    const { quarter, seen } = await readReview(await sam.desk());
    const desk = await sam.desk();
    const both = await Promise.allSettled([1, 2].map(() => signReview(desk, { quarter, seen, note })));
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    await signReview(await kim.desk(), { quarter, seen, note });
    expect((await readReview(desk)).signOffs).toHaveLength(2);
  });

  it('is of the list that was looked at, and of this quarter', async () => {
    const sam = await hire(bench);
    const { quarter, seen } = await readReview(await sam.desk());
    await hire(bench, KIM);
    await expect(signReview(await sam.desk(), { quarter, seen, note })).rejects.toThrow(Conflict);
    await revokeStaff(bench.database.owner, KIM.email, stampOf(bench));
    await expect(signReview(await sam.desk(), { quarter: '2026-Q4', seen, note })).rejects.toThrow(Conflict);
    await signReview(await sam.desk(), { quarter, seen, note });
  });

  it('is due again in the next quarter, and cannot be rewritten', async () => {
    bench.clock.set('2027-03-31T23:50:00.000Z');
    const sam = await hire(bench);
    const { quarter, seen } = await readReview(await sam.desk());
    await signReview(await sam.desk(), { quarter, seen, note });
    bench.clock.set('2027-04-01T00:10:00.000Z');
    expect(await readReview(await sam.desk())).toMatchObject({ quarter: '2027-Q2', isOverdue: true });
    for (const statement of [`update staff_review set note = 'x'`, 'delete from staff_review']) {
      await expect(bench.runtime.db.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('takes a note', () => {
    const seen = 'a'.repeat(64);
    expect(SignReviewInput.safeParse({ quarter: '2027-Q1', seen, note: ' ' }).success).toBe(false);
    expect(SignReviewInput.safeParse({ quarter: '2027-Q5', seen, note }).success).toBe(false);
    expect(SignReviewInput.safeParse({ quarter: '2027-Q1', seen, note }).success).toBe(true);
  });
});
