import { finishSignIn } from '@/features/sso/finish-sign-in';
import { runtime } from '@/runtime';
import { setSessionCookie } from '@/server/auth';
import { clientDevice, currentSession } from '@/server/session';
import { readSsoCookie } from '@/server/sso-cookie';
import { answering, goTo } from '../answers';

/** Here the browser's cookies are seen again, so here the session begins. */
export async function GET(request: Request): Promise<Response> {
  return answering(async () => {
    const finished = await finishSignIn(runtime(), {
      ticket: new URL(request.url).searchParams.get('ticket') ?? '',
      browser: await readSsoCookie(),
      current: await currentSession(),
      device: await clientDevice(),
    });
    if (finished.token !== null) await setSessionCookie(finished.token);
    return goTo(finished.to, 303);
  });
}
