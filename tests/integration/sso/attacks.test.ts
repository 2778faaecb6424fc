import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { POST } from '@/app/sso/[workspaceId]/[connectionId]/acs/route';
import { GET as refusedPage } from '@/app/sso/refused/route';
import type { Runtime } from '@/runtime';
import { ATTACKS, type Attack, type AttackContext } from '../../attacks/saml/cases';
import { pinned, testKeys } from '../../attacks/saml/keys';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  answerFor,
  begin,
  Browser,
  connected,
  connectionFacts,
  DOMAIN,
  requestIdIn,
  trail,
  type Connected,
} from './support';

let bench: Workbench;
let made: Connected;
let page: string;
let attempts = 0;

beforeAll(async () => {
  bench = await createWorkbench();
  (globalThis as typeof globalThis & { belvedereRuntime?: Runtime }).belvedereRuntime = bench.runtime;
  made = await connected(bench);
  page = await refusedPage().text();
  // The builder encrypts to a key that it knows.
  const { sp } = await testKeys();
  const { workspaceId } = made.ctx;
  const { rows } = await bench.database.owner.query<{ id: string }>(
    'select id from sso_key where workspace_id = $1',
    [workspaceId],
  );
  for (const { id } of rows) {
    await bench.database.owner.query('update sso_key set private_key = $2, certificate = $3 where id = $1', [
      id,
      bench.runtime.vault.encrypt(sp.privateKeyPem, `sso key ${workspaceId} ${id}`),
      sp.certificatePem,
    ]);
  }
});
afterAll(() => bench.close());

/** Each from an address of its own: how often one may try is another test. */
const post = (samlResponse: string) => {
  attempts += 1;
  return POST(
    new Request('http://127.0.0.1:3000/sso/x/y/acs', {
      method: 'POST',
      headers: { 'x-forwarded-for': `203.0.${Math.floor(attempts / 250)}.${(attempts % 250) + 1}` },
      body: String(new URLSearchParams({ SAMLResponse: samlResponse })),
    }),
    { params: Promise.resolve({ workspaceId: made.ctx.workspaceId, connectionId: made.id }) },
  );
};

async function newContext(): Promise<AttackContext> {
  const keys = await testKeys();
  const facts = await connectionFacts(made);
  const email = `ada@${DOMAIN}`;
  return {
    keys,
    target: {
      idp: { entityId: facts.idpEntityId ?? '', key: keys.idp },
      sp: { ...facts.us, certificatePem: keys.sp.certificatePem },
      now: bench.clock.now(),
      requestId: requestIdIn(await begin(bench, made, new Browser(bench))),
      nameId: email,
      attributes: { email: [email], displayName: ['Ada Lovelace'], groups: ['Finance', 'Cloud'] },
    },
  };
}

async function setConnection(overrides: Attack['overrides'] = {}): Promise<void> {
  const { idp } = await testKeys();
  await bench.database.owner.query(
    'update sso_connection set allow_idp_initiated = $2, want_encrypted = $3, idp_certificates = $4 where id = $1',
    [
      made.id,
      overrides.allowUnsolicited ?? false,
      overrides.wantEncrypted ?? false,
      JSON.stringify(overrides.certificates ?? [pinned(idp)]),
    ],
  );
}

/** Everything that a sign-in would change. */
async function stateOf(): Promise<string> {
  const { rows } = await bench.database.owner.query<{ state: string }>(
    `select json_build_array((select json_agg(s) from auth_session s), (select json_agg(u) from app_user u),
       (select json_agg(m) from membership m))::text as state`,
  );
  return createHash('sha256')
    .update(rows[0]?.state ?? '')
    .digest('hex');
}

describe('an attack that is posted to the connection', () => {
  it.each(ATTACKS)(
    'ends on the one page, signs nobody in and is written down: $name',
    async ({ reason, build }) => {
      // A new minute, with new counts of who may try how often.
      bench.clock.advance(61_000);
      await setConnection();
      const unmodified = await post(
        await answerFor(bench, made, {
          requestId: requestIdIn(await begin(bench, made, new Browser(bench))),
        }),
      );
      expect(unmodified.status).toBe(303);

      const attack = await build(await newContext());
      await setConnection(attack.overrides);
      const first = attack.overrides?.first;
      if (first !== undefined) expect((await post(first)).status).toBe(303);
      const before = {
        state: await stateOf(),
        refused: (await trail(bench, made.ctx, 'sso.refused')).length,
      };

      const response = await post(attack.samlResponse);
      expect(response.status).toBe(403);
      expect(await response.text()).toBe(page);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(await stateOf()).toBe(before.state);
      const refused = (await trail(bench, made.ctx, 'sso.refused')).slice(before.refused);
      expect(refused).toHaveLength(1);
      expect(Object.keys(refused[0]?.detail ?? {})).toEqual(['reason']);
      expect([reason].flat()).toContain(refused[0]?.detail['reason']);
    },
  );
});
