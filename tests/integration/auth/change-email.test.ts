import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Conflict, Invalid, StepUpNeeded, Unauthenticated } from '@/errors';
import {
  confirmEmailChange,
  requestEmailChange,
  requestReset,
  resetPassword,
} from '@/features/auth/email-links';
import { digestOf, readSession } from '@/features/auth/sessions';
import { DEVICE } from '../../support/open-session';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  countOk,
  empty,
  enter,
  eventsOf,
  held,
  linkTo,
  mailsTo,
  MINUTE,
  newOwner,
  NEXT_PASSWORD,
  personOfToken,
  signedIn,
  soon,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const OLD = 'ada@example.org';
const NEW = 'ada@lovelace.example';
const agree = (token: string) => confirmEmailChange(bench.runtime, { token }, DEVICE);

async function asked() {
  const who = await newOwner(bench);
  const person = await signedIn(bench, OLD);
  await requestEmailChange(person, { email: NEW });
  const links = {
    old: await linkTo(bench, OLD, '/change-email'),
    new: await linkTo(bench, NEW, '/change-email'),
  };
  return { ...who, person, links };
}

describe('a change of address', () => {
  it.each([
    ['old', 'new'],
    ['new', 'old'],
  ] as const)('happens once both agree, the %s one first', async (first, second) => {
    const { links, person, userId, workspaceId } = await asked();
    expect(await agree(links[first])).toEqual({ isDone: false });
    expect(await enter(bench, OLD)).toMatchObject({ userId });
    await expect(enter(bench, NEW)).rejects.toThrow(Unauthenticated);
    expect(await agree(links[second])).toEqual({ isDone: true });
    expect(await enter(bench, NEW)).toMatchObject({ userId });
    await expect(enter(bench, OLD)).rejects.toThrow(Unauthenticated);
    expect(await readSession(bench.runtime, person.token)).toBeNull();
    const { rows } = await bench.database.owner.query(
      'select from app_user where email_verified_at is not null',
    );
    expect(rows).toHaveLength(1);
    for (const link of Object.values(links)) await expect(agree(link)).rejects.toThrow(Invalid);
    for (const action of ['email.change-requested', 'email.changed']) {
      expect(await eventsOf(bench, workspaceId, action)).toMatchObject([{ actor_id: userId }]);
    }
  });

  it('does not happen by one of them, however often it agrees', async () => {
    const { links } = await asked();
    expect(await agree(links.new)).toEqual({ isDone: false });
    expect(await agree(links.new)).toEqual({ isDone: false });
    expect(await countOk([agree(links.new), agree(links.new)])).toBe(2);
    await expect(enter(bench, NEW)).rejects.toThrow(Unauthenticated);
  });

  it('happens once when both agree at the same moment', async () => {
    const { links, workspaceId } = await asked();
    const both = await Promise.all([agree(links.old), agree(links.new)]);
    expect(both.map((one) => one.isDone).sort()).toEqual([false, true]);
    expect(await eventsOf(bench, workspaceId, 'email.changed')).toHaveLength(1);
    expect(await enter(bench, NEW)).toMatchObject({ stage: 'open' });
  });

  it('lets the second of two that agree at the same moment see the first', async () => {
    const { links } = await asked();
    const second = await held(
      bench,
      `update user_token set data = jsonb_set(data, '{isConfirmed}', 'true') where digest = $1`,
      [digestOf(links.old)],
      () => agree(links.new),
    );
    expect(second).toEqual({ isDone: true });
  });

  it('is made of two halves of one change', async () => {
    const { links } = await asked();
    await agree(links.old);
    await bench.database.owner.query(
      `update user_token set data = jsonb_set(data, '{change}', '"another"') where digest = $1`,
      [digestOf(links.old)],
    );
    expect(await agree(links.new)).toEqual({ isDone: false });
    expect(await enter(bench, OLD)).toMatchObject({ stage: 'open' });
  });

  it('has an hour', async () => {
    const { links } = await asked();
    await agree(links.old);
    bench.clock.advance(60 * MINUTE);
    await expect(agree(links.new)).rejects.toThrow(Invalid);
    expect(await enter(bench, OLD)).toMatchObject({ stage: 'open' });
  });

  it('is made void by another, so that no two halves of different changes meet', async () => {
    const { links, person } = await asked();
    await agree(links.new);
    bench.clock.advance(MINUTE);
    await requestEmailChange(person, { email: 'other@lovelace.example' });
    await soon(async () => expect(await mailsTo(bench, OLD)).toHaveLength(3));
    await expect(agree(links.old)).rejects.toThrow(Invalid);
    const other = await linkTo(bench, 'other@lovelace.example', '/change-email');
    expect(await agree(other)).toEqual({ isDone: false });
    expect(await enter(bench, OLD)).toMatchObject({ stage: 'open' });
  });

  it('is made void by a new password', async () => {
    const { links } = await asked();
    await agree(links.new);
    await requestReset(bench.runtime, { email: OLD }, DEVICE);
    const token = await linkTo(bench, OLD, '/reset');
    await resetPassword(bench.runtime, { token, password: NEXT_PASSWORD }, DEVICE);
    await expect(agree(links.old)).rejects.toThrow(Invalid);
  });

  it('does not take an address that somebody else has by then', async () => {
    const { links } = await asked();
    await agree(links.old);
    await bench.database.owner.query(
      `insert into app_user (id, email, name) values (gen_random_uuid(), $1, 'Grace')`,
      [NEW],
    );
    await expect(agree(links.new)).rejects.toThrow(Conflict);
    expect(await enter(bench, OLD)).toMatchObject({ stage: 'open' });
  });

  it('does not take an address that somebody else takes at this very moment', async () => {
    const { links } = await asked();
    await agree(links.old);
    const late = await held(
      bench,
      `insert into app_user (id, email, name) values (gen_random_uuid(), $1, 'Grace')`,
      [NEW],
      () => agree(links.new),
    );
    expect(late).toBeInstanceOf(Conflict);
    expect(await enter(bench, OLD)).toMatchObject({ stage: 'open' });
  });

  it('tells nobody whether the new address has an account', async () => {
    await newOwner(bench, 'grace');
    const person = await signedIn(bench, (await newOwner(bench)).email);
    await requestEmailChange(person, { email: 'grace@example.org' });
    await requestEmailChange(person, { email: 'nobody@example.org' });
    const bodies = [
      (await mailsTo(bench, 'grace@example.org'))[0]?.body,
      (await mailsTo(bench, 'nobody@example.org'))[0]?.body,
    ].map((body) => body?.replaceAll(/grace|nobody/g, '').replace(/change-email\/\S+/, ''));
    expect(bodies[0]).toBe(bodies[1]);
  });

  it('is asked for by whoever proved a moment ago who they are, for another address than theirs', async () => {
    const { token } = await enter(bench, (await newOwner(bench)).email);
    await expect(requestEmailChange(await personOfToken(bench, token), { email: OLD })).rejects.toThrow(
      'That is your address already.',
    );
    bench.clock.advance(6 * MINUTE);
    await expect(requestEmailChange(await personOfToken(bench, token), { email: NEW })).rejects.toThrow(
      StepUpNeeded,
    );
  });

  it('is not offered where no mail goes out', async () => {
    const person = await signedIn(bench, (await newOwner(bench)).email);
    const mail = { kind: 'off' as const, send: async () => false };
    await expect(requestEmailChange({ ...person, mail }, { email: NEW })).rejects.toThrow(Conflict);
  });
});
