import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const GUARD = pathToFileURL(path.resolve('tests/support/egress-guard.mjs')).href;

/** The guard that the browser tests put before web server and worker does stop and name what goes elsewhere. */
it('blocks and names every address but those that are allowed', async () => {
  const server = createServer((socket) => socket.on('error', () => undefined).end('hello')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const log = path.join(mkdtempSync(path.join(tmpdir(), 'egress-')), 'log');
  const script = `
    const net = require('node:net'), https = require('node:https'), dgram = require('node:dgram');
    const outcome = (name, promise) => promise.then(() => console.log(name, 'open'), () => console.log(name, 'blocked'));
    const tcp = (port, host) => new Promise((done, fail) => net.connect(port, host).once('connect', done).once('error', fail));
    const get = (url) => new Promise((done, fail) => https.get(url, done).once('error', fail));
    (async () => {
      await outcome('allowed', tcp(${port}, '127.0.0.1'));
      await outcome('tcp', tcp(443, '192.0.2.1'));
      await outcome('https', get('https://telemetry.example/x'));
      await outcome('fetch', fetch('http://192.0.2.2/x'));
      await outcome('udp', (async () => { dgram.createSocket('udp4').send('x', 53, '192.0.2.3'); })());
      process.exit(0);
    })();`;
  const { stdout } = await promisify(execFile)(process.execPath, [`--import=${GUARD}`, '-e', script], {
    env: { ...process.env, EGRESS_ALLOWED: `127.0.0.1:${port}`, EGRESS_LOG: log },
  });
  server.close();
  expect(stdout.trim().split('\n')).toEqual([
    'allowed open',
    'tcp blocked',
    'https blocked',
    'fetch blocked',
    'udp blocked',
  ]);
  expect(readFileSync(log, 'utf8').trim().split('\n')).toEqual([
    '192.0.2.1:443',
    'telemetry.example:443',
    '192.0.2.2:80',
    '192.0.2.3:53 (udp)',
  ]);
});
