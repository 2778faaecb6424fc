import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import type { ReceiptSigner } from '@/context';

/** Ed25519 over the exact text of a receipt. */
export function createSigner(pkcs8Base64: string): ReceiptSigner {
  const privateKey = createPrivateKey({
    key: Buffer.from(pkcs8Base64, 'base64'),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ format: 'der', type: 'spki' });
  return {
    publicKeyPem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    keyId: createHash('sha256').update(spki).digest('hex').slice(0, 16),
    sign: (body) => sign(null, Buffer.from(body, 'utf8'), privateKey).toString('base64'),
  };
}
