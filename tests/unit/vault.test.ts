import { createCipheriv, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault, parseVaultKeys } from '@/vault';

const newKey = (id: string) => ({ id, key: randomBytes(32) });
const OLD = newKey('k2026');
const NEW = newKey('k2027');
const vault = createVault([OLD]);
const PURPOSE = 'totp 0b5a';

describe('the vault', () => {
  it.each(['', 'JBSWY3DPEHPK3PXP', 'ünï — 秘密\n', 'x'.repeat(10_000)])(
    'gives back what it took (%#)',
    (text) => {
      const value = vault.encrypt(text, PURPOSE);
      expect(value).toMatch(/^v1\.k2026\.[\w-]+\.[\w-]+$/);
      expect(vault.decrypt(value, PURPOSE)).toBe(text);
      if (text) expect(Buffer.from(value, 'base64url').includes(text)).toBe(false);
    },
  );

  it('makes another value each time', () => {
    const values = Array.from({ length: 20 }, () => vault.encrypt('the same', PURPOSE));
    const parts = values.flatMap((value) => value.split('.').slice(2));
    expect(new Set(parts).size).toBe(40);
  });

  it('opens a value for its purpose alone, so it cannot be moved to another row', () => {
    const value = vault.encrypt('secret', PURPOSE);
    for (const other of ['totp 0b5b', 'staff totp 0b5a', '', `${PURPOSE} `]) {
      expect(() => vault.decrypt(value, other), other).toThrow();
    }
  });

  it('opens no value that was changed, in any part', () => {
    const value = vault.encrypt('secret', PURPOSE);
    const parts = value.split('.');
    for (const [at, part] of parts.entries()) {
      for (const place of [0, Math.floor(part.length / 2), part.length - 2]) {
        const other = part[place] === 'A' ? 'B' : 'A';
        const changed = parts.with(at, part.slice(0, place) + other + part.slice(place + 1)).join('.');
        expect(() => vault.decrypt(changed, PURPOSE), `part ${at}`).toThrow();
      }
    }
  });

  it('opens no value that was cut, lengthened or put together of two', () => {
    const value = vault.encrypt('secret', PURPOSE);
    const [version, keyId, wrapped, sealed] = value.split('.');
    const [, , otherWrapped, otherSealed] = vault.encrypt('another', PURPOSE).split('.');
    const faked = [
      ...['', 'v1', 'v1..', 'secret', `${value}.x`, value.slice(0, -24), `${value}AAAA`],
      [version, keyId, wrapped, otherSealed].join('.'),
      [version, keyId, otherWrapped, sealed].join('.'),
      [version, keyId, wrapped, ''].join('.'),
      [version, keyId, '', sealed].join('.'),
    ];
    for (const one of faked) expect(() => vault.decrypt(one, PURPOSE), one).toThrow();
  });

  it('takes no short authentication tag', () => {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', OLD.key, iv, { authTagLength: 4 });
    cipher.setAAD(Buffer.from('key k2026'));
    const body = Buffer.concat([cipher.update(Buffer.alloc(0)), cipher.final()]);
    const short = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url');
    const [, , , sealed] = vault.encrypt('secret', PURPOSE).split('.');
    expect(() => vault.decrypt(`v1.k2026.${short}.${sealed}`, PURPOSE)).toThrow();
  });

  it('says which is missing of a key that is not configured, and nothing of the value', () => {
    const value = createVault([NEW]).encrypt('secret', PURPOSE);
    expect(() => vault.decrypt(value, PURPOSE)).toThrow('This value is under a key that is not configured.');
    expect(() => vault.decrypt(value.replace('k2027', 'k2026'), PURPOSE)).toThrow();
  });

  it('cannot be made without a key', () => {
    expect(() => createVault([])).toThrow('There is no encryption key.');
  });
});

describe('a new key in front', () => {
  const both = createVault([NEW, OLD]);

  it('encrypts what comes, and opens what was there', () => {
    expect(both.keyId).toBe('k2027');
    expect(both.encrypt('secret', PURPOSE)).toMatch(/^v1\.k2027\./);
    expect(both.decrypt(vault.encrypt('secret', PURPOSE), PURPOSE)).toBe('secret');
  });

  it('takes over a value without touching its text', () => {
    const value = vault.encrypt('secret', PURPOSE);
    const wrapped = both.rewrap(value);
    expect(wrapped).toMatch(/^v1\.k2027\./);
    expect(wrapped?.split('.')[3]).toBe(value.split('.')[3]);
    expect(createVault([NEW]).decrypt(wrapped ?? '', PURPOSE)).toBe('secret');
    expect(() => vault.decrypt(wrapped ?? '', PURPOSE)).toThrow();
    expect(() => createVault([NEW]).decrypt(wrapped ?? '', 'totp 0b5b')).toThrow();
  });

  it('leaves a value that it wrapped already', () => {
    expect(both.rewrap(both.encrypt('secret', PURPOSE))).toBeNull();
  });

  it('takes over nothing that it cannot open', () => {
    const foreign = createVault([newKey('k2025')]).encrypt('secret', PURPOSE);
    expect(() => both.rewrap(foreign)).toThrow('not configured');
    const value = vault.encrypt('secret', PURPOSE);
    expect(() => both.rewrap(value.replace('k2026', 'k2027'))).toThrow();
  });
});

describe('ENCRYPTION_KEYS', () => {
  const text = (id: string, bytes = 32) => `${id}:${randomBytes(bytes).toString('base64')}`;

  it('are id and base64, the newest first', () => {
    const keys = parseVaultKeys(` ${text('k2027-03-18')}, ${text('k1')} `);
    expect(keys.map((one) => one.id)).toEqual(['k2027-03-18', 'k1']);
    expect(keys.every((one) => one.key.length === 32)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no id', randomBytes(32).toString('base64')],
    ['an empty id', text('')],
    ['no key', 'k1:'],
    ['16 bytes', text('k1', 16)],
    ['33 bytes', text('k1', 33)],
    ['an id with a dot, which parts a value', text('k.1')],
    ['a long id', text('k'.repeat(33))],
    ['a third part', `${text('k1')}:more`],
    ['a comma too many', `${text('k1')},`],
    ['two of one id', `${text('k1')},${text('k1')}`],
  ])('are refused with %s', (_, keys) => {
    expect(() => parseVaultKeys(keys)).toThrow();
  });

  it('are not repeated in the error', () => {
    const short = randomBytes(31).toString('base64');
    expect(() => parseVaultKeys(`k1:${short}`)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(short) }),
    );
  });
});
