import { answerScim } from '@/features/scim/answer-scim';
import { runtime } from '@/runtime';
import { addressOf } from '@/server/address';

interface Next {
  readonly params: Promise<{ path: string[] }>;
}

/** Users and groups as an identity provider keeps them. It comes with a token of its own and never with a session. */
async function answer(request: Request, { params }: Next): Promise<Response> {
  const { path } = await params;
  return answerScim(runtime(), request, { path, address: addressOf(request.headers) });
}

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT };
