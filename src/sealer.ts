import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Text that only this deployment can read again, and only within its time; handed to a browser that must not be able to change it. */
export interface Sealer {
  seal(text: string, expiresAt: Date): string;
  open(sealed: string, now: Date): string | null;
  /** A keyed digest: tells nothing of the text to whoever does not hold the key. */
  digest(text: string): string;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export function createSealer(secret: string): Sealer {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'belvedere sealer', 32));
  return {
    digest: (text) => createHmac('sha256', key).update(text).digest('hex'),
    seal(text, expiresAt) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv);
      const body = Buffer.concat([
        cipher.update(JSON.stringify([expiresAt.getTime(), text]), 'utf8'),
        cipher.final(),
      ]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(sealed, now) {
      try {
        const bytes = Buffer.from(sealed, 'base64url');
        const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, IV_BYTES), {
          authTagLength: TAG_BYTES,
        });
        decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
        const body = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
        const [expiresAt, text] = JSON.parse(body.toString('utf8')) as [number, string];
        return expiresAt > now.getTime() ? text : null;
      } catch {
        return null;
      }
    },
  };
}
