import type { HandlerParts } from './handler';
import type { RawRequest } from './aws-request';
import type { WireResponse } from './aws-error';
export async function handleControl(raw: RawRequest, parts: HandlerParts): Promise<WireResponse> {
  void raw; void parts;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"ok":true}' };
}
