import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LimitReached, Unauthenticated } from '@/errors';
import { requestReset, resetPassword } from '@/features/auth/email-links';
import { askStranger } from '@/features/auth/passkeys';
import { settleUnseen } from '@/features/auth/unseen';
import { authenticateToken } from '@/features/tokens/authenticate-token';
import { createToken } from '@/features/tokens/create-token';
import { CreateTokenInput } from '@/features/tokens/schemas';
import { DEVICE } from '../../support/open-session';
import { actorOf, createWorkbench, type Workbench } from '../../support/workbench';
import { empty, linkTo, mailsTo, newOwner, NEXT_PASSWORD, soon } from '../auth/support';
import { connected, signInBy } from '../sso/support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
});
afterAll(() => bench.close());
beforeEach(() => empty(bench));

const ADDRESS = '203.0.113.9';
const use = (text: string) =>
  authenticateToken(bench.runtime, { text, address: ADDRESS, kinds: ['personal', 'service'] });

/** Mallory signs up with somebody else's address, makes a workspace of it and a token to come back with. */
async function waiting(email: string) {
  const made = await newOwner(bench, 'trap');
  await bench.database.owner.query('update app_user set email = $2 where id = $1', [made.userId, email]);
  const ctx = { ...made.ctx, actor: actorOf(made.userId, 'owner') };
  const input = { kind: 'personal', name: 'Mine', scopes: ['cost:read'], expiry: 'never' };
  const { text } = await createToken(ctx, CreateTokenInput.parse(input));
  expect((await use(text)).workspaceId).toBe(made.workspaceId);
  return { ...made, ctx, text };
}

describe('an API token of an account whose address nobody had proven', () => {
  it('ends when the owner of the address sets a password', async () => {
    const trap = await waiting('victim@example.org');
    await requestReset(bench.runtime, { email: 'victim@example.org' }, DEVICE);
    const token = await linkTo(bench, 'victim@example.org', '/reset');
    await resetPassword(bench.runtime, { token, password: NEXT_PASSWORD }, DEVICE);
    await expect(use(trap.text)).rejects.toThrow(Unauthenticated);
  });

  it('ends when the owner of the domain vouches for the person, also in the workspaces of others', async () => {
    const made = await connected(bench);
    const trap = await waiting('victim@acme.example');
    const { token } = await signInBy(bench, made, { email: 'victim@acme.example' });
    expect(token).not.toBeNull();
    await expect(use(trap.text)).rejects.toThrow(Unauthenticated);
  });

  it('stays where the address was proven before: a password that is set anew says nothing about tokens', async () => {
    const trap = await waiting('victim@example.org');
    await bench.database.owner.query('update app_user set email_verified_at = now() where id = $1', [
      trap.userId,
    ]);
    await requestReset(bench.runtime, { email: 'victim@example.org' }, DEVICE);
    const token = await linkTo(bench, 'victim@example.org', '/reset');
    await resetPassword(bench.runtime, { token, password: NEXT_PASSWORD }, DEVICE);
    expect((await use(trap.text)).workspaceId).toBe(trap.workspaceId);
  });
});

describe('a stranger who keeps asking', () => {
  it('for links to set a password does not take the last one from its owner', async () => {
    const { email } = await newOwner(bench);
    const refused: unknown[] = [];
    for (let machine = 1; machine <= 20; machine += 1) {
      const device = { ...DEVICE, address: `198.51.100.${machine}` };
      await requestReset(bench.runtime, { email }, device).catch((error: unknown) => refused.push(error));
      await settleUnseen();
      bench.clock.advance(1_000);
    }
    expect(refused).toHaveLength(10);
    expect(refused[0]).toBeInstanceOf(LimitReached);
    const resets = async () => (await mailsTo(bench, email)).filter((mail) => mail.body.includes('/reset/'));
    await soon(async () => expect(await resets()).toHaveLength(10));
    const token = await linkTo(bench, email, '/reset');
    await resetPassword(bench.runtime, { token, password: NEXT_PASSWORD }, DEVICE);
  });

  it('for passkeys leaves no more than so many challenges a minute', async () => {
    for (let time = 0; time < 60; time += 1) await askStranger(bench.runtime, ADDRESS);
    await expect(askStranger(bench.runtime, ADDRESS)).rejects.toThrow(LimitReached);
    const { rows } = await bench.database.owner.query('select from webauthn_challenge');
    expect(rows).toHaveLength(60);
    expect(await askStranger(bench.runtime, '203.0.113.10')).toMatchObject({ allowCredentials: [] });
    bench.clock.advance(60_000);
    expect(await askStranger(bench.runtime, ADDRESS)).toMatchObject({ userVerification: 'required' });
  });
});
