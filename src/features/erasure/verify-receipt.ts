import { verify } from 'node:crypto';
import type { SignedReceipt } from './receipt';

export function isReceiptGenuine(receipt: SignedReceipt, publicKeyPem: string): boolean {
  try {
    return verify(
      null,
      Buffer.from(receipt.body, 'utf8'),
      publicKeyPem,
      Buffer.from(receipt.signature, 'base64'),
    );
  } catch {
    return false;
  }
}
