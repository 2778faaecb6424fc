import { withTransaction, type Ctx } from '@/context';
import { answerScim } from '@/features/scim/answer-scim';
import { createScimToken } from '@/features/scim/scim-tokens';

export interface Answer {
  readonly status: number;
  // The test says what it expects in it.
  readonly body: Record<string, unknown> & {
    readonly id: string;
    readonly Resources: Record<string, unknown>[];
    readonly detail: string;
  };
  readonly headers: Headers;
}

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** Speaks SCIM as an identity provider does: an address, a token, JSON. Nothing of the app but the door. */
export function identityProvider(ctx: Ctx, token: string, address = '198.51.100.4'): Call {
  return async (method, path, body, headers = {}) => {
    const url = new URL(`https://belvedere.example/scim/v2${path}`);
    const response = await answerScim(
      ctx,
      new Request(url, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
      { path: url.pathname.split('/').slice(3).map(decodeURIComponent), address },
    );
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
      headers: response.headers,
    };
  };
}

export async function claimDomain(ctx: Ctx, domain: string): Promise<void> {
  await withTransaction(ctx, (tx) =>
    tx.domainClaim.create({ data: { domain, workspaceId: ctx.workspaceId, verifiedAt: ctx.now() } }),
  );
}

/** A workspace's identity provider: the domain is proven and the token made. */
export async function connectIdp(ctx: Ctx, domain = 'acme.example'): Promise<Call> {
  await claimDomain(ctx, domain);
  const { text } = await createScimToken(ctx, { name: 'Okta', expiry: '365', ranges: [] });
  return identityProvider(ctx, text);
}

/** An active single sign-on whose groups give roles. */
export async function mapRoles(
  ctx: Ctx,
  groupRoles: { group: string; role: string }[],
  defaultRole = 'viewer',
): Promise<void> {
  const now = ctx.now();
  await withTransaction(ctx, (tx) =>
    tx.ssoConnection.create({
      data: {
        ...{ workspaceId: ctx.workspaceId, id: crypto.randomUUID(), name: 'Okta', status: 'active' },
        ...{ groupRoles, defaultRole, activatedAt: now, createdAt: now, updatedAt: now },
      },
    }),
  );
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export const newUser = (userName: string, more: Record<string, unknown> = {}) => ({
  schemas: [USER],
  userName,
  active: true,
  ...more,
});

export const patchOf = (...Operations: unknown[]) => ({ schemas: [PATCH_OP], Operations });
