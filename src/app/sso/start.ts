import { startSignIn } from '@/features/sso/start-sign-in';
import { runtime } from '@/runtime';
import { addressOf } from '@/server/address';
import { currentSession } from '@/server/session';
import { keepSsoCookie } from '@/server/sso-cookie';
import { answering, goTo } from './answers';

const purposes = ['sign-in', 'test', 'step-up'] as const;

/** Both routes that send the browser to an identity provider. */
export function start(
  request: Request,
  given: { workspaceId: string; connectionId: string | null },
): Promise<Response> {
  return answering(async () => {
    const search = new URL(request.url).searchParams;
    const asked = search.get('purpose');
    const purpose = purposes.find((one) => one === asked) ?? 'sign-in';
    const to = await startSignIn(runtime(), {
      ...given,
      purpose: given.connectionId === null ? 'sign-in' : purpose,
      isFromOwnPage: request.headers.get('sec-fetch-site') === 'same-origin',
      next: search.get('next'),
      browser: await keepSsoCookie(),
      current: await currentSession(),
      address: addressOf(request.headers),
    });
    return goTo(to, 302);
  });
}
