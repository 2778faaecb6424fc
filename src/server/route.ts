import 'server-only';
import type { Ctx } from '@/context';
import { Forbidden } from '@/errors';
import { runtime } from '@/runtime';
import { isFromElsewhere } from '@/security/same-origin';
import { errorResponse } from './http-errors';
import { authenticateToken, isTokenAlive } from '@/features/tokens/authenticate-token';
import { addressOf } from './address';
import { isStillSignedIn, requireSession } from './session';

type Params = Record<string, string>;
type NextContext = { params: Promise<Params> };

interface RouteOptions {
  handler(
    request: Request,
    given: {
      ctx: Ctx;
      params: Params;
      search: URLSearchParams;
      /** For answers that go on for long: false once the person is signed out, removed, in another workspace or may do less. */
      isStillSignedIn: () => Promise<boolean>;
    },
  ): Promise<Response>;
}

/** A mutation is only taken from our own pages. */
function requireSameOrigin(request: Request): void {
  const asked = {
    method: request.method,
    // By session, so from our own pages alone, whatever the path.
    path: '',
    origin: request.headers.get('origin'),
    site: request.headers.get('sec-fetch-site'),
    host: request.headers.get('x-forwarded-host') ?? request.headers.get('host'),
  };
  if (isFromElsewhere(asked)) throw new Forbidden('This was asked for from another site.');
}

const BEARER = /^bearer +(\S+)$/i;

/** Who asks: a program by its token, or a person by their session, and then from our own pages only if it changes something. */
async function contextOf(request: Request): Promise<{ ctx: Ctx; isStillSignedIn: () => Promise<boolean> }> {
  const authorization = request.headers.get('authorization');
  if (authorization !== null) {
    const presented = {
      text: BEARER.exec(authorization)?.[1] ?? '',
      address: addressOf(request.headers),
      kinds: ['personal', 'service'],
    } as const;
    const ctx = await authenticateToken(runtime(), presented);
    return { ctx, isStillSignedIn: () => isTokenAlive(runtime(), presented, ctx.actor) };
  }
  requireSameOrigin(request);
  const { pathname, search } = new URL(request.url);
  const { ctx, token } = await requireSession(pathname + search);
  return { ctx, isStillSignedIn: () => isStillSignedIn(token, ctx) };
}

/** The one way to a route handler: token or session, same origin, context, one error mapping. */
export function route(options: RouteOptions) {
  return async (request: Request, next: NextContext): Promise<Response> => {
    try {
      const { ctx, isStillSignedIn: still } = await contextOf(request);
      return await options.handler(request, {
        ctx,
        params: await next.params,
        search: new URL(request.url).searchParams,
        isStillSignedIn: still,
      });
    } catch (error) {
      return errorResponse(error, runtime().log);
    }
  };
}
