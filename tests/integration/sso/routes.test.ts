import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GET as readMetadata } from '@/app/sso/[workspaceId]/[connectionId]/metadata/route';
import { GET as getLogout } from '@/app/sso/[workspaceId]/[connectionId]/slo/route';
import { POST } from '@/app/sso/[workspaceId]/[connectionId]/acs/route';
import { GET as refusedPage } from '@/app/sso/refused/route';
import type { Runtime } from '@/runtime';
import { createWorkbench, type Workbench } from '../../support/workbench';
import {
  answerFor,
  begin,
  Browser,
  connected,
  countOf,
  finish,
  requestIdIn,
  trail,
  type Connected,
} from './support';

let bench: Workbench;
beforeAll(async () => {
  bench = await createWorkbench();
  (globalThis as typeof globalThis & { belvedereRuntime?: Runtime }).belvedereRuntime = bench.runtime;
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const paramsOf = (made: Connected) => ({
  params: Promise.resolve({ workspaceId: made.ctx.workspaceId, connectionId: made.id }),
});

const post = (made: Connected, body: string | URLSearchParams) =>
  POST(
    new Request('http://127.0.0.1:3000/sso/x/y/acs', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: 'https://idp.acme.example',
        'x-forwarded-for': '198.51.100.1, 203.0.113.9',
      },
      body: String(body),
    }),
    paramsOf(made),
  );

const fresh = async (made: Connected) => {
  const browser = new Browser(bench);
  const requestId = requestIdIn(await begin(bench, made, browser));
  return { browser, answer: await answerFor(bench, made, { requestId }) };
};

describe('the page that takes the answer', () => {
  it('opens no session, sets no cookie, and sends the browser to ourselves', async () => {
    const made = await connected(bench);
    const { browser, answer } = await fresh(made);
    const response = await post(made, new URLSearchParams({ SAMLResponse: answer }));
    expect(response.status).toBe(303);
    const location = response.headers.get('location') ?? '';
    expect(location).toMatch(/^http:\/\/127\.0\.0\.1:3000\/sso\/finish\?ticket=[\w-]+$/);
    expect(response.headers.get('set-cookie')).toBeNull();
    expect(await countOf(bench, `select count(*) from auth_session where method = 'saml'`)).toBe(0);
    expect((await finish(bench, location, browser)).token).not.toBeNull();
  });

  it.each(['//evil.example', '\\\\evil.example', 'https:evil.example', 'https://evil.example/', '/settings'])(
    'goes nowhere that RelayState says: %s',
    async (RelayState) => {
      const made = await connected(bench);
      const { browser, answer } = await fresh(made);
      const response = await post(made, new URLSearchParams({ SAMLResponse: answer, RelayState }));
      const location = response.headers.get('location') ?? '';
      expect(location).not.toContain('evil');
      expect((await finish(bench, location, browser)).to).toBe('/overview');
    },
  );

  it('refuses everything alike', async () => {
    const made = await connected(bench);
    const { answer } = await fresh(made);
    const stranger = { ...made, id: '7d8b0c52-54f5-4d4c-8f4f-1c8f7f1f0000' };
    const responses = [
      await post(made, ''),
      await post(made, new URLSearchParams({ SAMLResponse: 'x' })),
      await post(
        made,
        new URLSearchParams([
          ['SAMLResponse', answer],
          ['SAMLResponse', answer],
        ]),
      ),
      await post(made, new URLSearchParams({ SAMLResponse: 'A'.repeat(1_100_000) })),
      await post(stranger, new URLSearchParams({ SAMLResponse: answer })),
      refusedPage(),
    ];
    const texts = await Promise.all(responses.map((response) => response.text()));
    expect(responses.map((response) => response.status)).toEqual(responses.map(() => 403));
    expect(new Set(texts).size).toBe(1);
    expect(texts[0]).toContain('This sign-in was refused');
    const reasons = (await trail(bench, made.ctx, 'sso.refused')).map((one) => one.detail['reason']);
    expect(reasons).toHaveLength(5);
    expect(reasons.slice(3)).toEqual(['too-large', 'unknown-connection']);
    expect(await trail(bench, made.ctx, 'sso.refused')).toMatchObject([
      { address: '203.0.113.9', actor_kind: 'stranger' },
      {},
      {},
      {},
      {},
    ]);
  });

  it('fills no trail: what one machine is refused is written down 60 times a minute', async () => {
    const made = await connected(bench);
    for (let at = 0; at < 70; at += 1) await post(made, new URLSearchParams({ SAMLResponse: 'x' }));
    expect(await trail(bench, made.ctx, 'sso.refused')).toHaveLength(60);
  });
});

describe('the page for logouts', () => {
  it('takes no answer for more than it is, and no forged request', async () => {
    const made = await connected(bench);
    const base = 'http://127.0.0.1:3000/sso/x/y/slo';
    const answered = await getLogout(new Request(`${base}?SAMLResponse=anything`), paramsOf(made));
    expect([answered.status, answered.headers.get('location')]).toEqual([
      302,
      'http://127.0.0.1:3000/sign-in',
    ]);
    const forged = await getLogout(
      new Request(`${base}?SAMLRequest=anything&RelayState=//evil`),
      paramsOf(made),
    );
    expect(forged.status).toBe(403);
  });
});

describe('the metadata', () => {
  it('is for everybody who knows the address, to read or to download', async () => {
    const made = await connected(bench);
    const base = 'http://127.0.0.1:3000/sso/x/y/metadata';
    const read = await readMetadata(new Request(base), paramsOf(made));
    expect([read.status, read.headers.get('content-type')]).toEqual([
      200,
      'application/samlmetadata+xml; charset=utf-8',
    ]);
    expect(await read.text()).toContain(`/sso/${made.ctx.workspaceId}/${made.id}/acs"`);
    const download = await readMetadata(new Request(`${base}?download`), paramsOf(made));
    expect(download.headers.get('content-disposition')).toContain('attachment');
    const unknown = await readMetadata(new Request(base), paramsOf({ ...made, id: 'x' }));
    expect(unknown.status).toBe(403);
  });
});
