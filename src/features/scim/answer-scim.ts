import { z } from 'zod';
import { withTransaction, type Ctx, type Services } from '@/context';
import { authenticateToken } from '@/features/tokens/authenticate-token';
import { NotFound } from '@/errors';
import { readText } from '@/security/read-body';
import { requireProvisioning } from './access';
import { isRecord, type JsonRecord } from './attributes';
import { createGroup, deleteGroup, patchGroup, replaceGroup } from './change-group';
import { patchUser, replaceUser } from './change-user';
import { createUser } from './create-user';
import { discover } from './discovery';
import { getGroup, listGroups } from './group-store';
import { listResponse, readListRequest } from './list-request';
import { readProjection } from './projection';
import { removeUser } from './remove-user';
import { groupResource, userResource, type ScimGroup, type ScimUser } from './resources';
import { ScimError, scimErrorResponse, scimResponse } from './scim-error';
import { getUser, listUsers } from './user-store';

export const BODY_MAX_BYTES = 1024 * 1024;
const BEARER = /^bearer +(\S+)$/i;

async function readJson(request: Request): Promise<JsonRecord> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type && type !== 'application/scim+json' && type !== 'application/json') {
    throw new ScimError(415, null, 'Send application/scim+json.');
  }
  const text = await readText(request, BODY_MAX_BYTES).catch((error: unknown) => {
    if (error instanceof TypeError) throw new ScimError(400, 'invalidSyntax', 'The body is not UTF-8.');
    throw error;
  });
  try {
    const body: unknown = JSON.parse(text);
    if (isRecord(body)) return body;
  } catch {
    // Answered below, like JSON that is no object.
  }
  throw new ScimError(400, 'invalidSyntax', 'The body is not a JSON object.');
}

function notAllowed(methods: string): Response {
  const body = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: '405',
    detail: `Here, ${methods} are possible.`,
  };
  return scimResponse(405, body, { allow: methods });
}

/** The four verbs on one kind of resource, and how it is shown. */
interface Resources<T> {
  readonly what: string;
  show(resource: T, appUrl: string): object;
  get(ctx: Ctx, id: string, has: (name: string) => boolean): Promise<T>;
  list(
    ctx: Ctx,
    search: URLSearchParams,
    has: (name: string) => boolean,
  ): Promise<{ found: T[]; total: number }>;
  create(ctx: Ctx, body: JsonRecord): Promise<T & { readonly id: string }>;
  replace(ctx: Ctx, id: string, body: JsonRecord): Promise<T>;
  patch(ctx: Ctx, id: string, body: JsonRecord, has: (name: string) => boolean): Promise<T>;
  remove(ctx: Ctx, id: string): Promise<void>;
  /** A PATCH is answered with what became of it, also where no attributes are asked for. */
  readonly echoesPatch: boolean;
}

const users: Resources<ScimUser> = {
  what: 'user',
  show: userResource,
  get: (ctx, id) => withTransaction(ctx, (tx) => getUser(tx, ctx.workspaceId, id)),
  list: async (ctx, search) => {
    const request = readListRequest(search);
    const { users: found, total } = await withTransaction(ctx, (tx) =>
      listUsers(tx, ctx.workspaceId, request),
    );
    return { found, total };
  },
  create: createUser,
  replace: replaceUser,
  patch: patchUser,
  remove: removeUser,
  echoesPatch: true,
};

const groups: Resources<ScimGroup> = {
  what: 'group',
  show: groupResource,
  get: (ctx, id, has) => withTransaction(ctx, (tx) => getGroup(tx, ctx.workspaceId, id, has('members'))),
  list: async (ctx, search, has) => {
    const request = { ...readListRequest(search), withMembers: has('members') };
    const { groups: found, total } = await withTransaction(ctx, (tx) =>
      listGroups(tx, ctx.workspaceId, request),
    );
    return { found, total };
  },
  create: createGroup,
  replace: replaceGroup,
  patch: (ctx, id, body, has) => patchGroup(ctx, id, body, has('members')),
  remove: deleteGroup,
  echoesPatch: false,
};

async function answerAll<T>(ctx: Ctx, request: Request, kind: Resources<T>): Promise<Response> {
  const { appUrl } = ctx.config;
  const search = new URL(request.url).searchParams;
  const projection = readProjection(search);
  if (request.method === 'GET') {
    const { found, total } = await kind.list(ctx, search, projection.has);
    const shown = found.map((one) => projection.apply(kind.show(one, appUrl)));
    return scimResponse(200, listResponse(shown, total, readListRequest(search).startIndex));
  }
  if (request.method !== 'POST') return notAllowed('GET, POST');
  const created = await kind.create(ctx, await readJson(request));
  const path = kind.what === 'user' ? 'Users' : 'Groups';
  return scimResponse(201, projection.apply(kind.show(created, appUrl)), {
    location: `${appUrl}/scim/v2/${path}/${created.id}`,
  });
}

async function answerOne<T>(
  ctx: Ctx,
  request: Request,
  kind: Resources<T>,
  rawId: string,
): Promise<Response> {
  const id = z.uuid().safeParse(rawId.toLowerCase());
  if (!id.success) throw new NotFound(kind.what);
  const search = new URL(request.url).searchParams;
  const projection = readProjection(search);
  const isSilent = !kind.echoesPatch && !search.has('attributes');
  const has = (name: string) => !isSilent && projection.has(name);
  const shown = (one: T) => scimResponse(200, projection.apply(kind.show(one, ctx.config.appUrl)));
  switch (request.method) {
    case 'GET':
      return shown(await kind.get(ctx, id.data, projection.has));
    case 'PUT':
      return shown(await kind.replace(ctx, id.data, await readJson(request)));
    case 'PATCH': {
      const patched = await kind.patch(ctx, id.data, await readJson(request), has);
      return isSilent ? scimResponse(204, null) : shown(patched);
    }
    case 'DELETE':
      await kind.remove(ctx, id.data);
      return scimResponse(204, null);
    default:
      return notAllowed('GET, PUT, PATCH, DELETE');
  }
}

function answerDiscovery(ctx: Ctx, request: Request, path: readonly string[]): Response {
  const found = discover(path, ctx.config.appUrl);
  if (!found) throw new NotFound('address here');
  if (request.method !== 'GET') return notAllowed('GET');
  // RFC 7644, 4: a filter on these is refused rather than passed over.
  if (new URL(request.url).searchParams.has('filter'))
    throw new ScimError(403, null, 'This list is not filtered.');
  return scimResponse(200, found);
}

/** Answers an identity provider whose token has been read. `path` is what follows /scim/v2. Throws. */
export async function dispatchScim(ctx: Ctx, request: Request, path: readonly string[]): Promise<Response> {
  requireProvisioning(ctx);
  const [kind = '', id, ...rest] = path;
  if (rest.length === 0) {
    const name = kind.toLowerCase();
    if (name === 'users')
      return id === undefined ? answerAll(ctx, request, users) : answerOne(ctx, request, users, id);
    if (name === 'groups')
      return id === undefined ? answerAll(ctx, request, groups) : answerOne(ctx, request, groups, id);
  }
  return answerDiscovery(ctx, request, path);
}

/** The whole of SCIM 2.0 (RFC 7643, RFC 7644): token, limits, dispatch, and every error in its form. */
export async function answerScim(
  services: Services,
  request: Request,
  from: { readonly path: readonly string[]; readonly address: string },
): Promise<Response> {
  try {
    const text = BEARER.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
    const ctx = await authenticateToken(services, { text, address: from.address, kinds: ['scim'] });
    return await dispatchScim(ctx, request, from.path);
  } catch (error) {
    return scimErrorResponse(error, services.log);
  }
}
