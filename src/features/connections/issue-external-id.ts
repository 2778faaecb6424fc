import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '@/db/client';

export function externalIdDigest(externalId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(externalId).digest());
}

/**
 * 192 bits from the system's generator; one a connection, never from a person or derived from anything. Its digest stays for
 * ever, so that none is issued twice.
 */
export async function issueExternalId(tx: Tx): Promise<string> {
  const externalId = `bv-${randomBytes(24).toString('base64url')}`;
  await tx.externalIdIssued.create({ data: { digest: externalIdDigest(externalId) } });
  return externalId;
}
