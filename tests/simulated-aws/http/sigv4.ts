import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { RawRequest } from './aws-request';

export interface SignatureParts {
  accessKeyId: string;
  date: string;
  region: string;
  service: string;
  signedHeaders: string[];
  signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

export function parseAuthorization(header: string): SignatureParts | undefined {
  const match = AUTHORIZATION.exec(header);
  if (!match) return undefined;
  const [, accessKeyId = '', date = '', region = '', service = '', signed = '', signature = ''] = match;
  return { accessKeyId, date, region, service, signedHeaders: signed.split(';'), signature };
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

function encodeRfc3986(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .map(([key, value]) => [encodeRfc3986(key), encodeRfc3986(value)] as const)
    .sort(([a, x], [b, y]) => (a < b ? -1 : a > b ? 1 : x < y ? -1 : 1))
    .map(([key, value]) => `${key}=${value}`)
    .join('&');
}

function headerText(request: RawRequest, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');
}

/** Whether the declared body hash is the body's own; streaming and unsigned payloads declare none. */
export function payloadMatches(request: RawRequest): boolean {
  const declared = headerText(request, 'x-amz-content-sha256');
  if (declared === '' || declared === 'UNSIGNED-PAYLOAD' || declared.startsWith('STREAMING-')) return true;
  return declared === sha256(request.body);
}

export function signatureMatches(request: RawRequest, parts: SignatureParts, secret: string): boolean {
  const declared = headerText(request, 'x-amz-content-sha256');
  const canonical = [
    request.method,
    parts.service === 's3' ? request.path : request.path.split('/').map(encodeRfc3986).join('/'),
    canonicalQuery(request.query),
    ...parts.signedHeaders.map((name) => `${name}:${headerText(request, name)}`),
    '',
    parts.signedHeaders.join(';'),
    declared === '' ? sha256(request.body) : declared,
  ].join('\n');
  const scope = `${parts.date}/${parts.region}/${parts.service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headerText(request, 'x-amz-date'), scope, sha256(canonical)].join('\n');
  const key = [parts.date, parts.region, parts.service, 'aws4_request'].reduce<string | Buffer>(
    (previous, part) => hmac(previous, part),
    `AWS4${secret}`,
  );
  return timingSafeEqual(hmac(key, text), Buffer.from(parts.signature, 'hex'));
}

/** Milliseconds between the signature's own time and the given one. */
export function signatureAge(request: RawRequest, now: number): number {
  const stamp = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headerText(request, 'x-amz-date'));
  if (!stamp) return Number.POSITIVE_INFINITY;
  const [, year, month, day, hour, minute, second] = stamp;
  return Math.abs(now - Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`));
}

/** Unwraps `aws-chunked` bodies (size lines, optional chunk signatures, trailing checksums). */
export function decodeChunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  let offset = 0;
  while (offset < body.length) {
    const lineEnd = body.indexOf('\r\n', offset);
    if (lineEnd < 0) break;
    const size = Number.parseInt(body.subarray(offset, lineEnd).toString('latin1'), 16);
    if (!Number.isFinite(size) || size === 0) break;
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    offset = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(chunks);
}
