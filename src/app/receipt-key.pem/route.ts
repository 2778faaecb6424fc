import { runtime } from '@/runtime';

export const dynamic = 'force-dynamic';

/** The public key that verifies erasure receipts. */
export function GET(): Response {
  return new Response(runtime().signer.publicKeyPem, {
    headers: { 'content-type': 'application/x-pem-file' },
  });
}
