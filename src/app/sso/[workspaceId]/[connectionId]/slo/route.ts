import { AFTER_LOGOUT, receiveLogout } from '@/features/sso/receive-logout';
import { runtime } from '@/runtime';
import { addressOf } from '@/server/address';
import { answering, goTo } from '../../../answers';
import { readForm } from '../../../form';

type Given = { params: Promise<{ workspaceId: string; connectionId: string }> };

// An answer to a logout of ours changes nothing here: the session was ended before the browser left. So it is not read.
const isAnswer = (fields: URLSearchParams) => fields.has('SAMLResponse') && !fields.has('SAMLRequest');

export async function GET(request: Request, { params }: Given): Promise<Response> {
  return answering(async () => {
    const { search, searchParams } = new URL(request.url);
    if (isAnswer(searchParams)) return goTo(AFTER_LOGOUT, 302);
    const at = { ...(await params), address: addressOf(request.headers) };
    const message = { binding: 'redirect', query: search } as const;
    return goTo(await receiveLogout(runtime(), { ...at, message, relayState: null }), 302);
  });
}

export async function POST(request: Request, { params }: Given): Promise<Response> {
  return answering(async () => {
    const at = { ...(await params), address: addressOf(request.headers) };
    const form = await readForm(request, at);
    if (isAnswer(form)) return goTo(AFTER_LOGOUT, 303);
    const message = { binding: 'post', field: form.get('SAMLRequest') ?? '' } as const;
    return goTo(await receiveLogout(runtime(), { ...at, message, relayState: form.get('RelayState') }), 303);
  });
}
