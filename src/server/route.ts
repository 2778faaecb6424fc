import 'server-only';
import type { Ctx } from '@/context';
import { Forbidden } from '@/errors';
import { runtime } from '@/runtime';
import { errorResponse } from './http-errors';
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
      /** For answers that go on for long: false once the person is signed out, removed or in another workspace. */
      isStillSignedIn: () => Promise<boolean>;
    },
  ): Promise<Response>;
}

/** A mutation is only taken from our own pages. */
function requireSameOrigin(request: Request): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers.get('sec-fetch-site');
  const origin = request.headers.get('origin');
  const isOurs =
    origin !== null && URL.canParse(origin) && new URL(origin).host === request.headers.get('host');
  if (!isOurs || (site !== null && site !== 'same-origin')) {
    throw new Forbidden('This was asked for from another site.');
  }
}

/** The one way to a route handler: same origin, session, context, one error mapping. */
export function route(options: RouteOptions) {
  return async (request: Request, next: NextContext): Promise<Response> => {
    try {
      requireSameOrigin(request);
      const { ctx, token } = await requireSession();
      return await options.handler(request, {
        ctx,
        params: await next.params,
        search: new URL(request.url).searchParams,
        isStillSignedIn: () => isStillSignedIn(token, ctx),
      });
    } catch (error) {
      return errorResponse(error, runtime().log);
    }
  };
}
