import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inflateRawSync } from 'node:zlib';
import { generate } from 'selfsigned';
import type { KeyPair } from '../attacks/saml/keys';
import { IdpMessages, type Received } from './messages';
import { loginPage, postPage, textPage } from './pages';
import { IdpState, newToken, type IdpBehaviour, type IdpUser } from './state';

export interface SimulatedIdpOptions {
  readonly port?: number;
  readonly host?: string;
  readonly now?: () => Date;
  /** A key of its own is made unless given. */
  readonly key?: KeyPair;
}

export interface SimulatedIdp {
  readonly url: string;
  readonly entityId: string;
  readonly state: IdpState;
  readonly key: KeyPair;
  metadata(): string;
  close(): Promise<void>;
}

interface Exchange {
  readonly method: string;
  readonly path: string;
  /** As it was sent: signatures are over its letters. */
  readonly query: string;
  readonly body: string;
}

interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly location?: string;
  readonly body?: string;
}

const MAX_BODY_BYTES = 2_000_000;
const HTML = 'text/html; charset=utf-8';

async function makeKey(): Promise<KeyPair> {
  const made = await generate([{ name: 'commonName', value: 'Simulated identity provider' }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date('2025-01-01T00:00:00Z'),
    notAfterDate: new Date('2045-01-01T00:00:00Z'),
  });
  return { privateKeyPem: made.private, certificatePem: made.cert };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('The body is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Who says to have sent it, to know whose certificate to ask. */
function issuerOf(query: string): string {
  const values = new URLSearchParams(query);
  const message = values.get('SAMLRequest') ?? values.get('SAMLResponse') ?? '';
  const xml = inflateRawSync(Buffer.from(message, 'base64'), { maxOutputLength: MAX_BODY_BYTES }).toString(
    'utf8',
  );
  return /<(?:\w+:)?Issuer[^>]*>([^<]+)</.exec(xml)?.[1] ?? '';
}

class Routes {
  constructor(
    private readonly state: IdpState,
    private readonly messages: IdpMessages,
  ) {}

  private metadataOf(sp: string): string {
    const metadata = this.state.serviceProviders.get(sp);
    if (metadata === undefined) throw new Error(`No service provider is registered as ${sp}`);
    return metadata;
  }

  private ask(sp: string, request: Received | null, relayState: string): Answer {
    this.metadataOf(sp);
    const token = newToken();
    const pending = {
      sp,
      requestId: request?.id ?? null,
      relayState,
      forceAuthn: request?.forceAuthn ?? false,
    };
    this.state.pending.set(token, pending);
    return { body: loginPage(token, pending, this.state.users) };
  }

  async sso({ query }: Exchange): Promise<Answer> {
    const sp = issuerOf(query);
    const request = await this.messages.receive('login', query, this.metadataOf(sp));
    return this.ask(sp, request, request.relayState);
  }

  /** A start without a request: /start?sp=<entity id>&relayState=<text> */
  start({ query }: Exchange): Answer {
    const values = new URLSearchParams(query);
    return this.ask(values.get('sp') ?? '', null, values.get('relayState') ?? '');
  }

  async login({ body }: Exchange): Promise<Answer> {
    const values = new URLSearchParams(body);
    const token = values.get('pending') ?? '';
    const pending = this.state.pending.get(token);
    const user = this.state.userNamed(values.get('user') ?? '');
    if (pending === undefined || user === undefined) throw new Error('Start again: nobody waits for this.');
    this.state.pending.delete(token);
    const session = { user, sp: pending.sp, sessionIndex: newToken() };
    this.state.sessions.set(session.sessionIndex, session);
    const { acs, field } = await this.messages.respond(pending, session, this.metadataOf(pending.sp));
    const relayState = pending.relayState === '' ? {} : { RelayState: pending.relayState };
    return { body: postPage(acs, { SAMLResponse: field, ...relayState }) };
  }

  async slo({ query }: Exchange): Promise<Answer> {
    const metadata = this.metadataOf(issuerOf(query));
    if (new URLSearchParams(query).has('SAMLResponse')) {
      const answer = await this.messages.receive('answer', query, metadata);
      this.state.loggedOut.push(answer.inResponseTo);
      return { body: textPage('Signed out', 'You are signed out everywhere.') };
    }
    const request = await this.messages.receive('logout', query, metadata);
    for (const [index, { user }] of this.state.sessions) {
      const named = (user.nameId ?? user.email) === request.nameId;
      if (named && (request.sessionIndex === null || request.sessionIndex === index))
        this.state.sessions.delete(index);
    }
    return { status: 302, location: this.messages.logoutResponse(request, metadata) };
  }

  /** Ends the latest session of a service provider from this side: /logout?sp=<entity id> */
  logout({ query }: Exchange): Answer {
    const sp = new URLSearchParams(query).get('sp') ?? '';
    const session = [...this.state.sessions.values()].reverse().find((one) => one.sp === sp);
    if (session === undefined) throw new Error('Nobody is signed in there.');
    this.state.sessions.delete(session.sessionIndex);
    return { status: 302, location: this.messages.logoutRequest(session, this.metadataOf(sp)) };
  }

  /** What tests and the demo set: users, service providers and behaviour. */
  control({ method, path, body }: Exchange): Answer {
    if (method === 'POST' && path === '/_idp/users') this.state.users = JSON.parse(body) as IdpUser[];
    else if (method === 'POST' && path === '/_idp/settings') {
      Object.assign(this.state.behaviour, JSON.parse(body) as Partial<IdpBehaviour>);
    } else if (method === 'POST' && path === '/_idp/sp-metadata') {
      const entityId = /\sentityID="([^"]+)"/.exec(body)?.[1];
      if (entityId === undefined) throw new Error('The metadata names no entityID.');
      this.state.serviceProviders.set(entityId, body);
    } else if (method !== 'GET' || path !== '/_idp/state') return { status: 404, body: 'Not found' };
    const { users, behaviour, serviceProviders, sessions } = this.state;
    const seen = {
      users,
      behaviour,
      serviceProviders: [...serviceProviders.keys()],
      sessions: [...sessions.values()],
    };
    return { type: 'application/json', body: JSON.stringify(seen) };
  }

  async handle(exchange: Exchange): Promise<Answer> {
    const { method, path } = exchange;
    if (path.startsWith('/_idp/')) return this.control(exchange);
    if (method === 'POST' && path === '/login') return this.login(exchange);
    if (method !== 'GET') return { status: 405, body: 'Not allowed' };
    if (path === '/metadata') return { type: 'application/samlmetadata+xml', body: this.messages.metadata() };
    if (path === '/sso') return this.sso(exchange);
    if (path === '/start') return this.start(exchange);
    if (path === '/slo') return this.slo(exchange);
    if (path === '/logout') return this.logout(exchange);
    return { status: 404, body: textPage('Not found', path) };
  }
}

function send(response: ServerResponse, { status = 200, type = HTML, location, body = '' }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    ...(location === undefined ? {} : { location }),
  });
  response.end(body);
}

/** An identity provider over plain HTTP on this computer, with its own SAML library. */
export async function startSimulatedIdp(options: SimulatedIdpOptions = {}): Promise<SimulatedIdp> {
  const { port = 0, host = '127.0.0.1', now = () => new Date() } = options;
  const key = options.key ?? (await makeKey());
  const state = new IdpState();
  let routes: Routes | null = null;
  const server = createServer((request, response) => {
    const [path = '/', ...rest] = (request.url ?? '/').split('?');
    const exchange = async () => ({
      method: request.method ?? 'GET',
      path,
      query: rest.join('?'),
      body: await bodyOf(request),
    });
    exchange()
      .then((given) => routes?.handle(given) ?? { status: 503 })
      .then((answer) => send(response, answer))
      .catch((error: unknown) =>
        send(response, {
          status: 400,
          body: textPage('Refused', error instanceof Error ? error.message : String(error)),
        }),
      );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  const url = `http://${host}:${(server.address() as AddressInfo).port}`;
  const messages = new IdpMessages(url, key, state.behaviour, now);
  routes = new Routes(state, messages);
  return {
    url,
    entityId: messages.entityId,
    state,
    key,
    metadata: () => messages.metadata(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
