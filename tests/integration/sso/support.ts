import { inflateRawSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import type { Ctx } from '@/context';
import { readSession, type SignedIn } from '@/features/auth/sessions';
import { activateConnection } from '@/features/sso/activate-connection';
import { changeProvider } from '@/features/sso/change-provider';
import { createConnection } from '@/features/sso/create-connection';
import { finishSignIn, type Finished } from '@/features/sso/finish-sign-in';
import { readSso, type ConnectionFacts } from '@/features/sso/read-sso';
import { receiveResponse } from '@/features/sso/receive-response';
import { startSignIn, type StartInput } from '@/features/sso/start-sign-in';
import { withTransaction } from '@/context';
import { buildResponse, type ResponseOptions, type Target } from '../../attacks/saml/build-response';
import { testKeys, type KeyPair } from '../../attacks/saml/keys';
import { DEVICE, openSession } from '../../support/open-session';
import type { Workbench } from '../../support/workbench';

export const IDP_ENTITY = 'https://idp.acme.example/metadata';
export const IDP_SSO = 'https://idp.acme.example/sso';
export const IDP_SLO = 'https://idp.acme.example/slo';
export const DOMAIN = 'acme.example';

export interface Connected {
  readonly ctx: Ctx;
  readonly id: string;
}

/** One browser: its cookie, and who is signed in there. */
export class Browser {
  readonly cookie = randomBytes(32).toString('base64url');
  token: string | null = null;

  constructor(private readonly bench: Workbench) {}

  current(): Promise<SignedIn | null> {
    return this.token === null ? Promise.resolve(null) : readSession(this.bench.runtime, this.token);
  }
}

export interface Answer {
  readonly email?: string;
  readonly attributes?: Target['attributes'];
  readonly options?: ResponseOptions;
  readonly key?: KeyPair;
  readonly requestId?: string | null;
}

export const userOf = (ctx: Ctx): string => {
  if (ctx.actor.kind !== 'user') throw new Error('That is no person.');
  return ctx.actor.userId;
};

export async function emailOf(bench: Workbench, ctx: Ctx): Promise<string> {
  const { rows } = await bench.database.owner.query('select email from app_user where id = $1', [
    userOf(ctx),
  ]);
  return rows[0].email as string;
}

/** A draft that knows its provider. */
export async function setUp(bench: Workbench, ctx: Ctx, entityId = IDP_ENTITY): Promise<Connected> {
  const { idp } = await testKeys();
  const { id } = await createConnection(ctx, { name: 'Okta' });
  await changeProvider(ctx, {
    kind: 'fields',
    connectionId: id,
    entityId,
    ssoUrl: IDP_SSO,
    sloUrl: IDP_SLO,
    certificate: idp.certificatePem,
  });
  return { ctx, id };
}

/** As a check of DNS would leave it; the checks have tests of their own. */
export async function ownDomain(ctx: Ctx, domain = DOMAIN): Promise<void> {
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await tx.ssoDomain.create({
      data: { workspaceId, domain, token: 'proven', createdAt: ctx.now(), verifiedAt: ctx.now() },
    });
    await tx.domainClaim.create({ data: { workspaceId, domain, verifiedAt: ctx.now() } });
  });
}

export function requestIdIn(url: string): string {
  const message = new URL(url).searchParams.get('SAMLRequest') ?? '';
  const xml = inflateRawSync(Buffer.from(message, 'base64')).toString('utf8');
  return /\sID="([^"]+)"/.exec(xml)?.[1] ?? '';
}

export async function begin(
  bench: Workbench,
  { ctx, id }: Connected,
  browser: Browser,
  given: { purpose?: StartInput['purpose']; next?: string; isFromOwnPage?: boolean } = {},
): Promise<string> {
  return startSignIn(bench.runtime, {
    workspaceId: ctx.workspaceId,
    connectionId: id,
    purpose: given.purpose ?? 'sign-in',
    isFromOwnPage: given.isFromOwnPage ?? true,
    next: given.next,
    browser: browser.cookie,
    current: await browser.current(),
    address: DEVICE.address,
  });
}

/** What the identity provider would post for a connection. */
export async function answerFor(bench: Workbench, { ctx, id }: Connected, given: Answer): Promise<string> {
  const facts = await connectionFacts({ ctx, id });
  const { idp, sp } = await testKeys();
  const email = given.email ?? `ada@${DOMAIN}`;
  const built = await buildResponse(
    {
      idp: { entityId: facts.idpEntityId ?? '', key: given.key ?? idp },
      sp: { ...facts.us, certificatePem: sp.certificatePem },
      now: bench.clock.now(),
      requestId: given.requestId ?? null,
      nameId: email,
      attributes: given.attributes ?? { email: [email], displayName: ['Ada Lovelace'] },
    },
    given.options,
  );
  return built.samlResponse;
}

export const receive = (bench: Workbench, { ctx, id }: Connected, samlResponse: string): Promise<string> =>
  receiveResponse(bench.runtime, {
    workspaceId: ctx.workspaceId,
    connectionId: id,
    address: DEVICE.address,
    samlResponse,
  });

export const ticketIn = (path: string): string =>
  new URL(path, 'http://own').searchParams.get('ticket') ?? '';

export async function finish(bench: Workbench, path: string, browser: Browser): Promise<Finished> {
  const finished = await finishSignIn(bench.runtime, {
    ticket: ticketIn(path),
    browser: browser.cookie,
    current: await browser.current(),
    device: DEVICE,
  });
  if (finished.token !== null) browser.token = finished.token;
  return finished;
}

export interface SignInOptions extends Answer {
  readonly purpose?: StartInput['purpose'];
  readonly isFromOwnPage?: boolean;
  readonly next?: string;
  readonly browser?: Browser;
}

/** The whole way: request, answer, hand-over. */
export async function signInBy(bench: Workbench, connected: Connected, given: SignInOptions = {}) {
  const browser = given.browser ?? new Browser(bench);
  const requestId = requestIdIn(await begin(bench, connected, browser, given));
  const path = await receive(bench, connected, await answerFor(bench, connected, { ...given, requestId }));
  const finished = await finish(bench, path, browser);
  return { ...finished, browser, requestId };
}

/** A test login by the owner, who is signed in with a password. */
export async function testLogin(
  bench: Workbench,
  connected: Connected,
  given: Answer = {},
): Promise<Browser> {
  const browser = new Browser(bench);
  browser.token = await openSession(bench.runtime, userOf(connected.ctx));
  await signInBy(bench, connected, { ...given, purpose: 'test', browser });
  return browser;
}

/** On, for a workspace of its own with a verified domain. */
export async function connected(bench: Workbench, ctx?: Ctx, domain = DOMAIN): Promise<Connected> {
  const owner = ctx ?? (await bench.newWorkspace());
  const made = await setUp(bench, owner);
  await ownDomain(owner, domain);
  await testLogin(bench, made, { email: await emailOf(bench, owner) });
  await activateConnection(owner, { connectionId: made.id });
  return made;
}

export async function connectionFacts({ ctx, id }: Connected): Promise<ConnectionFacts> {
  const found = (await readSso(ctx)).connections.find((one) => one.id === id);
  if (!found) throw new Error('The connection is gone.');
  return found;
}

/** The workspace's trail beneath the application, oldest first. */
export async function trail(bench: Workbench, ctx: Ctx, action: string) {
  const { rows } = await bench.database.owner.query(
    `select action, actor_kind, actor_id, subject_id, detail, before, after, address from audit_event
     where workspace_id = $1 and action like $2 order by seq`,
    [ctx.workspaceId, action],
  );
  return rows as {
    action: string;
    actor_kind: string;
    actor_id: string | null;
    subject_id: string | null;
    detail: Record<string, unknown>;
    before: Record<string, unknown> | null;
    after: Record<string, unknown> | null;
    address: string | null;
  }[];
}

export async function countOf(bench: Workbench, statement: string, values: unknown[] = []): Promise<number> {
  const { rows } = await bench.database.owner.query<{ count: string }>(statement, values);
  return Number(rows[0]?.count);
}
