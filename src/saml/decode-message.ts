import { MAX_MESSAGE_BYTES } from './names';
import { refuse } from './types';

const BASE64 = /^[A-Za-z\d+/]+={0,2}$/;

/** XML's own rule: every end of line is "\n" before anything else looks at it. */
export function normalizeLines(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** @throws SamlRefused unless the bytes are UTF-8 without a byte order mark and below the limit. */
export function decodeText(bytes: Uint8Array): string {
  if (bytes.length > MAX_MESSAGE_BYTES) refuse('too-large');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (text.startsWith('\ufeff')) refuse('encoding');
    return normalizeLines(text);
  } catch {
    return refuse('encoding');
  }
}

/** Node decodes base64 leniently and skips what it does not know; a signed message must have one reading. */
export function decodeBase64(field: string): Buffer {
  if (field.length > MAX_MESSAGE_BYTES * 2) refuse('too-large');
  const text = field.replace(/[\r\n]/g, '');
  if (!BASE64.test(text) || text.length % 4 !== 0) refuse('encoding');
  return Buffer.from(text, 'base64');
}

/** The XML of a form field. @throws SamlRefused */
export function decodeMessage(field: string): string {
  return decodeText(decodeBase64(field));
}
