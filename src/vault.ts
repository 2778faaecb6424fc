import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encryption of what is stored and has to be read again. `purpose` binds a value to its row: moved elsewhere, it does not open. */
export interface Vault {
  encrypt(text: string, purpose: string): string;
  /** Throws where the key is gone, or the value is not what was stored for this purpose. */
  decrypt(value: string, purpose: string): string;
  /** The same value under the newest key; null where it is under that already. Its text is not touched. */
  rewrap(value: string): string | null;
  readonly keyId: string;
}

export interface VaultKey {
  readonly id: string;
  readonly key: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

function lock(key: Buffer, plain: Buffer, bound: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv);
  cipher.setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

function unlock(key: Buffer, sealed: Buffer, bound: string): Buffer {
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
}

/** ENCRYPTION_KEYS: `id:base64` of 32 bytes each, parted by commas; the first encrypts, every one decrypts. Throws on any other form. */
export function parseVaultKeys(text: string): VaultKey[] {
  const keys = text.split(',').map((part) => {
    const [id = '', encoded = '', ...more] = part.trim().split(':');
    const key = Buffer.from(encoded, 'base64');
    const isKey = /^[a-z0-9-]{1,32}$/.test(id) && key.length === 32 && more.length === 0;
    if (!isKey) throw new Error('not id:base64 of 32 bytes');
    return { id, key };
  });
  if (new Set(keys.map((key) => key.id)).size !== keys.length) throw new Error('two keys of one id');
  return keys;
}

/**
 * Envelope encryption: each value has a key of its own, wrapped by the key that `keyId` names. The form is
 * `v1.keyId.wrapped.sealed`, so that a rotation rewraps and never sees the text.
 */
export function createVault(keys: readonly VaultKey[]): Vault {
  const [newest] = keys;
  if (!newest) throw new Error('There is no encryption key.');
  const byId = new Map(keys.map((one) => [one.id, one.key]));
  const open = (value: string) => {
    const [version, keyId = '', wrapped = '', sealed = '', ...more] = value.split('.');
    const key = byId.get(keyId);
    if (version !== 'v1' || !key || more.length > 0)
      throw new Error('This value is under a key that is not configured.');
    return { keyId, dataKey: unlock(key, Buffer.from(wrapped, 'base64url'), `key ${keyId}`), sealed };
  };
  const wrap = (dataKey: Buffer, sealed: string) =>
    `v1.${newest.id}.${lock(newest.key, dataKey, `key ${newest.id}`).toString('base64url')}.${sealed}`;
  return {
    keyId: newest.id,
    encrypt(text, purpose) {
      const dataKey = randomBytes(32);
      return wrap(dataKey, lock(dataKey, Buffer.from(text, 'utf8'), purpose).toString('base64url'));
    },
    decrypt(value, purpose) {
      const { dataKey, sealed } = open(value);
      return unlock(dataKey, Buffer.from(sealed, 'base64url'), purpose).toString('utf8');
    },
    rewrap(value) {
      const { keyId, dataKey, sealed } = open(value);
      return keyId === newest.id ? null : wrap(dataKey, sealed);
    },
  };
}
