import { receiveResponse } from '@/features/sso/receive-response';
import { runtime } from '@/runtime';
import { addressOf } from '@/server/address';
import { answering, goTo } from '../../../answers';
import { readForm } from '../../../form';

type Given = { params: Promise<{ workspaceId: string; connectionId: string }> };

/** Where the identity provider has the browser send its answer. RelayState is not read: it could say anything. */
export async function POST(request: Request, { params }: Given): Promise<Response> {
  return answering(async () => {
    const at = { ...(await params), address: addressOf(request.headers) };
    const form = await readForm(request, at);
    const fields = form.getAll('SAMLResponse');
    const samlResponse = fields.length === 1 ? (fields[0] ?? '') : '';
    return goTo(await receiveResponse(runtime(), { ...at, samlResponse }), 303);
  });
}
