import { lookup as systemLookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { MAX_METADATA_BYTES } from './metadata';
import { isLoopback, isPublicAddress } from './public-address';
import { MetadataRefused } from './types';

export interface FetchMetadataOptions {
  /** Addresses of a name; the system's own resolver unless given. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>;
  /** For tests: takes this computer for a public one. */
  readonly allowLoopback?: boolean;
  /** For tests: a certificate authority to trust besides. */
  readonly ca?: string;
  /** For tests: milliseconds for everything, 5000 unless given. */
  readonly timeoutMs?: number;
}

const MAX_REDIRECTS = 3;
const TIMEOUT_MS = 5000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

const TEXT = {
  address: 'Enter an https address without a user name, a password or a fragment.',
  forbidden: 'The address leads into a private network. Belvedere fetches metadata from public hosts only.',
  unknown: 'The host of the address was not found. Check its name.',
  unreachable:
    'The host did not answer, or its TLS certificate is not valid. Enter the metadata itself instead.',
  slow: 'The host did not answer in time. Try again, or enter the metadata itself.',
  large: 'The answer is larger than 1 MB. Enter the metadata itself.',
  redirects: 'The address redirects too often. Enter the one that it ends at.',
  noXml: 'The address answers with something else than XML. Enter the address of the metadata.',
} as const;

function parseAddress(text: string, base?: URL): URL {
  const url = URL.canParse(text, base) ? new URL(text, base) : null;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new MetadataRefused(TEXT.address);
  }
  return url;
}

async function systemResolve(hostname: string): Promise<readonly string[]> {
  return (await systemLookup(hostname, { all: true })).map(({ address }) => address);
}

/** The addresses behind a host. One that is not allowed spoils all: a name has no business with both. */
async function checkedAddresses(url: URL, options: FetchMetadataOptions): Promise<readonly string[]> {
  // The URL has already made 127.0.0.1 of 0x7f.1 and 2130706433.
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const { resolve = systemResolve, allowLoopback = false } = options;
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host];
  if (addresses.length === 0) throw new MetadataRefused(TEXT.unknown);
  const allowed = (address: string) => isPublicAddress(address) || (allowLoopback && isLoopback(address));
  if (!addresses.every(allowed)) throw new MetadataRefused(TEXT.forbidden);
  return addresses;
}

/** Answers with what was checked, so that the name cannot mean another host by the time of the connection. */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const entries = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostname, { all }, callback) => {
    const [first] = entries;
    if (all === true) callback(null, entries);
    else callback(null, first?.address ?? '', first?.family);
  };
}

function get(
  url: URL,
  addresses: readonly string[],
  signal: AbortSignal,
  ca?: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(
      url,
      {
        lookup: pinnedLookup(addresses),
        // Without an agent no earlier connection to the same name is used again.
        agent: false,
        signal,
        headers: {
          accept: 'application/samlmetadata+xml, application/xml, text/xml',
          'accept-encoding': 'identity',
        },
        ...(ca === undefined ? {} : { ca }),
      },
      resolve,
    )
      .on('error', reject)
      .end();
  });
}

async function textOfAnswer(answer: IncomingMessage): Promise<string> {
  const encoding = answer.headers['content-encoding'] ?? 'identity';
  if (answer.statusCode !== 200) {
    throw new MetadataRefused(`The host answered with status ${answer.statusCode ?? 0} instead of metadata.`);
  }
  if (encoding !== 'identity') throw new MetadataRefused(TEXT.noXml);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_METADATA_BYTES) throw new MetadataRefused(TEXT.large);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^[\ufeff\s]+/, '');
  if (!/^<(?!!doctype\s+html|html)/i.test(text)) throw new MetadataRefused(TEXT.noXml);
  return text;
}

async function follow(address: string, options: FetchMetadataOptions, signal: AbortSignal): Promise<string> {
  let url = parseAddress(address);
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    const addresses = await checkedAddresses(url, options);
    signal.throwIfAborted();
    const answer = await get(url, addresses, signal, options.ca);
    const { location } = answer.headers;
    try {
      if (!REDIRECTS.has(answer.statusCode ?? 0) || location === undefined) return await textOfAnswer(answer);
    } finally {
      answer.destroy();
    }
    url = parseAddress(location, url);
  }
  throw new MetadataRefused(TEXT.redirects);
}

/**
 * The XML at an https address of the public internet. Every hop is resolved, judged, and connected to
 * at exactly the address that was judged. 5 seconds, 3 redirects and 1 MB at most.
 * @throws MetadataRefused
 */
export async function fetchMetadata(address: string, options: FetchMetadataOptions = {}): Promise<string> {
  const controller = new AbortController();
  const slow = new MetadataRefused(TEXT.slow);
  const timer = setTimeout(() => controller.abort(slow), options.timeoutMs ?? TIMEOUT_MS);
  // A resolver cannot be stopped, so the end of the time is waited for beside the work.
  const ended = new Promise<never>((_, reject) =>
    controller.signal.addEventListener('abort', () => reject(slow)),
  );
  try {
    return await Promise.race([follow(address, options, controller.signal), ended]);
  } catch (error) {
    if (error instanceof MetadataRefused) throw error;
    throw new MetadataRefused(controller.signal.aborted ? TEXT.slow : TEXT.unreachable);
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
