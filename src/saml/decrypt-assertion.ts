import { constants, createDecipheriv, privateDecrypt } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { decodeText } from './decode-message';
import { DSIG, XMLENC } from './names';
import { attributeOf, childrenNamed, descendantsOf, elementsIn, textOf } from './read-xml';
import { refuse, type SpKey } from './types';

const TAG_BYTES = 16;
const GCM_IV_BYTES = 12;
const CBC_IV_BYTES = 16;
const OAEP = `${XMLENC}rsa-oaep-mgf1p`;
/** With SHA-1 inside OAEP no collision helps anybody; it is the one digest that every side knows. */
const OAEP_DIGEST = `${DSIG}sha1`;
const WEAK = new Set([`${XMLENC}rsa-1_5`, `${XMLENC}tripledes-cbc`]);
const CONTENT = new Map([
  ['http://www.w3.org/2009/xmlenc11#aes256-gcm', { bytes: 32, gcm: true }],
  ['http://www.w3.org/2009/xmlenc11#aes128-gcm', { bytes: 16, gcm: true }],
  [`${XMLENC}aes256-cbc`, { bytes: 32, gcm: false }],
  [`${XMLENC}aes128-cbc`, { bytes: 16, gcm: false }],
]);
/** What the metadata asks for, best first. */
export const CONTENT_ALGORITHMS = [...CONTENT.keys()];
export const KEY_ALGORITHM = OAEP;

export interface Decrypted {
  readonly text: string;
  /** The key that opened it. */
  readonly privateKeyPem: string;
}

function one(parent: Element, namespace: string, name: string): Element {
  const found = childrenNamed(parent, namespace, name);
  return found.length === 1 && found[0] !== undefined ? found[0] : refuse('decryption');
}

function algorithmOf(parent: Element): string {
  const algorithm = attributeOf(one(parent, XMLENC, 'EncryptionMethod'), 'Algorithm') ?? refuse('decryption');
  return WEAK.has(algorithm) ? refuse('weak-algorithm') : algorithm;
}

function cipherOf(parent: Element): Buffer {
  const text =
    textOf(one(one(parent, XMLENC, 'CipherData'), XMLENC, 'CipherValue'))?.replace(/\s+/g, '') ?? '';
  return /^[A-Za-z\d+/]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : refuse('decryption');
}

function checkKeyMethod(encryptedKey: Element): void {
  if (algorithmOf(encryptedKey) !== OAEP) refuse('unsupported-algorithm');
  const details = elementsIn(one(encryptedKey, XMLENC, 'EncryptionMethod'));
  const digests = details.filter((detail) => detail.localName === 'DigestMethod');
  if (details.length !== digests.length || digests.length > 1) refuse('unsupported-algorithm');
  if (digests[0] !== undefined && attributeOf(digests[0], 'Algorithm') !== OAEP_DIGEST)
    refuse('unsupported-algorithm');
}

function openKey(cipher: Buffer, key: SpKey, bytes: number): Buffer | null {
  try {
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    const opened = privateDecrypt({ key: key.privateKeyPem, padding, oaepHash: 'sha1' }, cipher);
    return opened.length === bytes ? opened : null;
  } catch {
    return null;
  }
}

function openGcm(cipher: Buffer, key: Buffer): Buffer {
  if (cipher.length < GCM_IV_BYTES + TAG_BYTES) refuse('decryption');
  const name = key.length === 32 ? 'aes-256-gcm' : 'aes-128-gcm';
  const decipher = createDecipheriv(name, key, cipher.subarray(0, GCM_IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(cipher.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(cipher.subarray(GCM_IV_BYTES, -TAG_BYTES)), decipher.final()]);
}

/** The padding of XML encryption names only its length, so Node's own check does not fit. */
function openCbc(cipher: Buffer, key: Buffer): Buffer {
  const name = key.length === 32 ? 'aes-256-cbc' : 'aes-128-cbc';
  const decipher = createDecipheriv(name, key, cipher.subarray(0, CBC_IV_BYTES)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(cipher.subarray(CBC_IV_BYTES)), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  return padding >= 1 && padding <= CBC_IV_BYTES ? padded.subarray(0, -padding) : refuse('decryption');
}

/**
 * The text inside an EncryptedAssertion. Call it only with one that a verified response holds:
 * nobody else may learn whether a cipher text opens.
 * @throws SamlRefused
 */
export function decryptAssertion(encrypted: Element, keys: readonly SpKey[]): Decrypted {
  const data = one(encrypted, XMLENC, 'EncryptedData');
  const encryptedKey = one(one(data, DSIG, 'KeyInfo'), XMLENC, 'EncryptedKey');
  // With a second one the library could open another than we do.
  const parts = descendantsOf(encrypted).filter(
    ({ localName }) => localName === 'EncryptedKey' || localName === 'EncryptedData',
  );
  if (parts.length !== 2) refuse('decryption');
  checkKeyMethod(encryptedKey);
  const content = CONTENT.get(algorithmOf(data)) ?? refuse('unsupported-algorithm');
  const wrapped = cipherOf(encryptedKey);

  for (const key of keys) {
    const opened = openKey(wrapped, key, content.bytes);
    if (opened === null) continue;
    try {
      const plain = content.gcm ? openGcm(cipherOf(data), opened) : openCbc(cipherOf(data), opened);
      return { text: decodeText(plain), privateKeyPem: key.privateKeyPem };
    } catch {
      return refuse('decryption');
    }
  }
  return refuse('decryption');
}
