import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TLSSocket } from 'node:tls';
import pg from 'pg';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databaseTlsFault } from '@/security/database-tls';

const REMOTE = 'postgresql://web:hunter2@db.example:5432/belvedere';

describe('databaseTlsFault', () => {
  it.each([
    'postgresql://web:hunter2@localhost/belvedere',
    'postgresql://web:hunter2@LOCALHOST:5432/belvedere',
    'postgres://web:hunter2@127.0.0.1:5433/belvedere',
    'postgresql://web:hunter2@[::1]/belvedere',
    'postgresql://web:hunter2@%2Fvar%2Frun%2Fpostgresql/belvedere',
    'postgresql:///belvedere?host=/var/run/postgresql',
    'postgresql://db.example/belvedere?host=localhost',
    `${REMOTE}?sslmode=verify-full`,
    `${REMOTE}?application_name=web&sslmode=verify-full&sslrootcert=/etc/ca.pem`,
  ])('is content with %s', (address) => {
    expect(databaseTlsFault(address)).toBeNull();
  });

  it.each([
    REMOTE,
    'postgresql://10.0.0.5/belvedere',
    'postgresql://127.0.0.2.example/belvedere',
    'postgresql://localhost.example/belvedere',
    'postgresql://localhost,db.example/belvedere',
    'postgresql://localhost@db.example/belvedere',
    'postgresql://localhost/belvedere?host=db.example',
    'postgresql://localhost/belvedere?host=localhost&host=db.example',
    `${REMOTE}?sslmode=verify-full&sslmode=no-verify`,
    ...['disable', 'allow', 'prefer', 'require', 'verify-ca', 'no-verify', 'VERIFY-FULL', ''].map(
      (mode) => `${REMOTE}?sslmode=${mode}`,
    ),
    `${REMOTE}?ssl=true`,
  ])('asks for a checked certificate of %s', (address) => {
    expect(databaseTlsFault(address)).toContain('sslmode=verify-full');
  });

  it.each(['postgresql:///belvedere', 'postgresql://web:hunter2@/belvedere', 'no address'])(
    'does not guess where %s is',
    (address) => {
      expect(databaseTlsFault(address)).toMatch(/must (name the host|be a postgresql)/);
    },
  );

  it('repeats no part of an address', () => {
    for (const address of [REMOTE, 'postgresql://web:hunter2@/belvedere']) {
      expect(databaseTlsFault(address)).not.toMatch(/hunter2|db\.example/);
    }
  });
});

/** A database that says yes to TLS, shows its certificate and then writes down whether anybody signs in. */
describe('the driver with sslmode=verify-full', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'belvedere-tls-'));
  const ca = path.join(folder, 'ca.pem');
  const sockets = new Set<Socket>();
  let server: Server;
  let startups = 0;

  beforeAll(async () => {
    const made = await generate([{ name: 'commonName', value: 'db.test' }], {
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    writeFileSync(ca, made.cert);
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.write('S');
        const secure = new TLSSocket(socket, { isServer: true, key: made.private, cert: made.cert });
        secure.on('error', () => undefined);
        secure.once('data', () => {
          startups += 1;
          secure.end();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, resolve));
  });

  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  async function connect(host: string, query: string): Promise<{ error: string; signsIn: boolean }> {
    const before = startups;
    const { port } = server.address() as AddressInfo;
    const connectionString = `postgresql://web:hunter2@${host}:${port}/belvedere?${query}`;
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    const error = await client.connect().then(
      () => '',
      (reason: Error & { code?: string }) => reason.code ?? reason.message,
    );
    return { error, signsIn: startups > before };
  }

  it('signs in where the authority and the name are right', async () => {
    expect(await connect('localhost', `sslmode=verify-full&sslrootcert=${ca}`)).toMatchObject({
      signsIn: true,
    });
  });

  it('says nothing to a server whose authority nobody knows', async () => {
    expect(await connect('localhost', 'sslmode=verify-full')).toEqual({
      error: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      signsIn: false,
    });
  });

  it('says nothing to a server whose certificate is for another name', async () => {
    expect(await connect('127.0.0.1', `sslmode=verify-full&sslrootcert=${ca}`)).toEqual({
      error: 'ERR_TLS_CERT_ALTNAME_INVALID',
      signsIn: false,
    });
  });

  it('is needed: with no-verify it signs in anywhere', async () => {
    expect(await connect('127.0.0.1', 'sslmode=no-verify')).toMatchObject({ signsIn: true });
  });
});
