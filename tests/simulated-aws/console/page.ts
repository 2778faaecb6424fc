import type { WireResponse } from '../http/aws-error';
export function consolePage(): WireResponse {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: 'Simulated AWS console' };
}
