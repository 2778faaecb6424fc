import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchMetadata, type FetchMetadataOptions } from '@/saml/fetch-metadata';
import { MetadataRefused } from '@/saml/types';

const HOST = 'idp.acme.example';
const XML = '<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let close: () => void;
let port: number;
let ca: string;
let handler: Handler;
let requests: string[];

beforeAll(async () => {
  const certificate = await generate([{ name: 'commonName', value: HOST }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: HOST }] }],
  });
  ca = certificate.cert;
  const server = createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
    requests.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});

afterAll(() => close());

beforeEach(() => {
  requests = [];
  handler = (_request, response) => response.end(XML);
});

const local = () => Promise.resolve(['127.0.0.1']);

function get(path: string, options: FetchMetadataOptions = {}): Promise<string> {
  return fetchMetadata(`https://${HOST}:${port}${path}`, {
    ca,
    allowLoopback: true,
    resolve: local,
    ...options,
  });
}

async function expectRefusal(attempt: Promise<string>, words: RegExp): Promise<void> {
  const error: unknown = await attempt.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(MetadataRefused);
  expect(String(error)).toMatch(words);
  expect(String(error)).not.toMatch(/127\.0\.0|ECONN|EAI/);
}

function redirectTo(location: string): Handler {
  return (_request, response) => response.writeHead(302, { location }).end();
}

describe('metadata over the network', () => {
  it('is fetched', async () => {
    expect(await get('/metadata?x=1')).toBe(XML);
    expect(requests).toEqual([`${HOST}:${port}/metadata?x=1`]);
  });

  it.each([
    'http://idp.example/metadata',
    'ftp://idp.example/metadata',
    'file:///etc/passwd',
    'https://ada@idp.example/',
    'https://ada:secret@idp.example/',
    'https://idp.example/#x',
    'idp.example',
    '',
  ])('is not fetched from %s', async (address) => {
    await expectRefusal(
      fetchMetadata(address, { resolve: local, allowLoopback: true }),
      /Enter an https address/,
    );
  });

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://127.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://10.0.0.1/',
    'https://[fd00::1]/',
    'https://[64:ff9b::a9fe:a9fe]/',
    'https://0/',
  ])('does not come from within: %s', async (address) => {
    await expectRefusal(fetchMetadata(address), /private network/);
  });

  it.each([
    [['127.0.0.1']],
    [['10.0.0.1']],
    [['1.1.1.1', '192.168.0.1']],
    [['::1']],
    [['::ffff:10.0.0.1']],
    [['not an address']],
  ])('does not come from a name that means %s', async (addresses) => {
    await expectRefusal(
      get('/', { resolve: () => Promise.resolve(addresses), allowLoopback: false }),
      /private network/,
    );
    expect(requests).toEqual([]);
  });

  it('comes from the address that was judged, whatever the name means afterwards', async () => {
    // The system's resolver does not know the name at all: only the answer that was judged can lead anywhere.
    let asked = 0;
    const rebinding = () => Promise.resolve([(asked += 1) === 1 ? '127.0.0.1' : '10.0.0.1']);
    expect(await get('/', { resolve: rebinding })).toBe(XML);
    expect(asked).toBe(1);
  });

  it('follows a redirect, and judges it again', async () => {
    handler = (request, response) =>
      request.url === '/end' ? response.end(XML) : response.writeHead(301, { location: '/end' }).end();
    expect(await get('/start')).toBe(XML);

    handler = redirectTo('https://169.254.169.254/latest/meta-data/');
    await expectRefusal(get('/'), /private network/);
    handler = redirectTo(`http://${HOST}:${port}/end`);
    await expectRefusal(get('/'), /Enter an https address/);
    handler = redirectTo('file:///etc/passwd');
    await expectRefusal(get('/'), /Enter an https address/);

    const hosts: string[] = [];
    handler = redirectTo('https://internal.example/');
    const resolve = (name: string) => {
      hosts.push(name);
      return Promise.resolve([name === HOST ? '127.0.0.1' : '10.0.0.1']);
    };
    await expectRefusal(get('/', { resolve }), /private network/);
    expect(hosts).toEqual([HOST, 'internal.example']);
  });

  it('follows three redirects at most', async () => {
    handler = (request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end(XML);
      else response.writeHead(307, { location: `/${left - 1}` }).end();
    };
    expect(await get('/3')).toBe(XML);
    requests = [];
    await expectRefusal(get('/4'), /redirects too often/);
    expect(requests).toHaveLength(4);
  });

  it('is XML of one megabyte at most', async () => {
    handler = (_request, response) => response.end('<!DOCTYPE html><html></html>');
    await expectRefusal(get('/'), /something else than XML/);
    handler = (_request, response) => response.end('{"error":"no"}');
    await expectRefusal(get('/'), /something else than XML/);
    handler = (_request, response) => response.end(`<a>${'x'.repeat(1024 * 1024)}</a>`);
    await expectRefusal(get('/'), /larger than 1 MB/);
    handler = (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    await expectRefusal(get('/'), /something else than XML/);
    handler = (_request, response) => response.writeHead(404).end(XML);
    await expectRefusal(get('/'), /status 404/);
  });

  it('comes in time, however slowly it drips', async () => {
    handler = (_request, response) => {
      response.write('<a>');
      const drip = setInterval(() => response.write('x'), 20);
      response.once('close', () => clearInterval(drip));
    };
    await expectRefusal(get('/', { timeoutMs: 300 }), /in time/);
    handler = () => undefined;
    await expectRefusal(get('/', { timeoutMs: 200 }), /in time/);
    await expectRefusal(get('/', { timeoutMs: 200, resolve: () => new Promise(() => undefined) }), /in time/);
  });

  it('comes from a host that proves its name', async () => {
    await expectRefusal(
      fetchMetadata(`https://${HOST}:${port}/`, { resolve: local, allowLoopback: true }),
      /TLS certificate/,
    );
    await expectRefusal(
      fetchMetadata(`https://other.example:${port}/`, { ca, resolve: local, allowLoopback: true }),
      /TLS certificate/,
    );
    expect(requests).toEqual([]);
  });

  it('comes from a host that exists', async () => {
    await expectRefusal(get('/', { resolve: () => Promise.reject(new Error('ENOTFOUND')) }), /not found/);
    await expectRefusal(get('/', { resolve: () => Promise.resolve([]) }), /not found/);
    await expectRefusal(
      fetchMetadata(`https://${HOST}:1/`, { ca, resolve: local, allowLoopback: true }),
      /did not answer/,
    );
  });
});
