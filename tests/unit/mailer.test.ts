import { Writable } from 'node:stream';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Db } from '@/db/client';
import { createLogger } from '@/log';
import { createMailer, type Mail } from '@/mail/mailer';

interface Received {
  readonly to: string[];
  readonly from: string;
  readonly headers: string;
  readonly body: string;
}

const servers: SMTPServer[] = [];
afterEach(() =>
  Promise.all(servers.splice(0).map((server) => new Promise<void>((done) => server.close(done)))),
);

/** A mail server on this machine that keeps what it is handed. */
async function startServer(options: SMTPServerOptions = {}): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    authOptional: true,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const [headers = '', ...rest] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
        received.push({
          to: session.envelope.rcptTo.map((one) => one.address),
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          headers,
          body: rest.join('\r\n\r\n'),
        });
        done();
      });
    },
    ...options,
  });
  servers.push(server);
  server.on('error', () => undefined);
  await new Promise<void>((done) => server.listen(0, '0.0.0.0', done));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { port: address.port, received };
}

const withoutTls: SMTPServerOptions = { disabledCommands: ['STARTTLS'] };
const MAIL: Mail = {
  to: 'ada@example.org',
  subject: 'Confirm your address',
  text: 'Hello,\n\nopen https://belvedere.example/verify/a-secret-link\n\n— grüße\n',
};

const none = {} as Db;
function mailerAt(url: string) {
  const lines: string[] = [];
  const log = createLogger(
    'trace',
    new Writable({
      write(chunk: Buffer, _, done) {
        lines.push(chunk.toString('utf8'));
        done();
      },
    }),
  );
  const from = 'Belvedere <belvedere@example.org>';
  return { lines, mailer: createMailer({ url, from }, { db: none, log, now: () => new Date() }) };
}

const fieldsOf = ({ headers }: Received) =>
  Object.fromEntries(
    headers
      .replaceAll(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => [line.split(':')[0]?.toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  ) as Record<string, string>;

describe('mail by SMTP', () => {
  it('is handed over as plain text', async () => {
    const { port, received } = await startServer(withoutTls);
    const { mailer, lines } = mailerAt(`smtp://127.0.0.1:${port}`);
    expect(mailer.kind).toBe('smtp');
    expect(await mailer.send(MAIL)).toBe(true);
    expect(received).toHaveLength(1);
    const [mail] = received;
    if (!mail) throw new Error('Nothing came.');
    expect(mail).toMatchObject({ to: ['ada@example.org'], from: 'belvedere@example.org' });
    expect(fieldsOf(mail)).toMatchObject({
      to: 'ada@example.org',
      from: 'Belvedere <belvedere@example.org>',
      subject: 'Confirm your address',
      'content-type': 'text/plain; charset=utf-8',
    });
    expect(mail.headers + mail.body).not.toMatch(/text\/html|multipart/);
    const text = mail.body.replaceAll('=\r\n', '');
    expect(text).toContain('https://belvedere.example/verify/a-secret-link');
    expect(lines).toEqual([]);
  });

  it.each(['Hello\r\nBcc: mallory@example.org\r\n\r\nother text', 'Hello\nBcc: mallory@example.org'])(
    'has a subject of one line, whatever is in it (%#)',
    async (subject) => {
      const { port, received } = await startServer(withoutTls);
      expect(await mailerAt(`smtp://127.0.0.1:${port}`).mailer.send({ ...MAIL, subject })).toBe(true);
      const [mail] = received;
      if (!mail) throw new Error('Nothing came.');
      expect(mail.to).toEqual(['ada@example.org']);
      expect(fieldsOf(mail)['subject']).toContain('Hello Bcc: mallory@example.org');
      expect(Object.keys(fieldsOf(mail))).not.toContain('bcc');
      expect(mail.body).not.toContain('other text');
    },
  );

  it.each([
    ['a second line', 'ada@example.org\r\nBcc: mallory@example.org'],
    ['a second address', 'ada@example.org, mallory@example.org'],
    ['a group', 'all: ada@example.org, mallory@example.org;'],
    ['a name', 'Mallory <mallory@example.org>'],
  ])('goes to no address with %s', async (_, to) => {
    const { port, received } = await startServer(withoutTls);
    expect(await mailerAt(`smtp://127.0.0.1:${port}`).mailer.send({ ...MAIL, to })).toBe(false);
    expect(received).toEqual([]);
  });

  it('that is refused answers false, and logs neither its text nor to whom it went', async () => {
    const { port, received } = await startServer({
      ...withoutTls,
      onRcptTo: (address, _, done) => done(new Error(`no such mailbox ${address.address}`)),
    });
    const { mailer, lines } = mailerAt(`smtp://user:the-password@127.0.0.1:${port}`);
    expect(await mailer.send(MAIL)).toBe(false);
    expect(received).toEqual([]);
    const log = lines.join('\n');
    expect(lines).toHaveLength(1);
    for (const text of ['a-secret-link', 'ada@example.org', MAIL.subject, 'the-password']) {
      expect(log).not.toContain(text);
    }
  });

  it('answers false where no server is', async () => {
    const { mailer, lines } = mailerAt('smtp://127.0.0.1:1');
    expect(await mailer.send(MAIL)).toBe(false);
    expect(lines.join()).toContain('mail could not be sent');
    expect(lines.join()).not.toContain('a-secret-link');
  });
});

// 127.0.0.2 is this machine, and none of the names by which a mailer knows that it is.
describe('mail to another machine', () => {
  it('is not told to a server that offers no TLS', async () => {
    const { port, received } = await startServer(withoutTls);
    const { mailer, lines } = mailerAt(`smtp://user:the-password@127.0.0.2:${port}`);
    expect(await mailer.send(MAIL)).toBe(false);
    expect(received).toEqual([]);
    expect(lines.join()).not.toContain('the-password');
  });

  it.each(['smtp', 'smtps'])(
    'is not told to a server whose certificate nobody vouches for (%s)',
    async (scheme) => {
      const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.2' }]);
      const users: string[] = [];
      const { port, received } = await startServer({
        key,
        cert,
        secure: scheme === 'smtps',
        onAuth(auth, _, done) {
          users.push(auth.username ?? '');
          done(null, { user: auth.username ?? '' });
        },
      });
      const { mailer } = mailerAt(`${scheme}://user:the-password@127.0.0.2:${port}`);
      expect(await mailer.send(MAIL)).toBe(false);
      expect(received).toEqual([]);
      expect(users).toEqual([]);
    },
  );
});

describe('without a mail server', () => {
  it('nothing is sent, and it says so', async () => {
    const log = createLogger('silent');
    const mailer = createMailer({ url: null, from: '' }, { db: none, log, now: () => new Date() });
    expect(mailer.kind).toBe('off');
    expect(await mailer.send(MAIL)).toBe(false);
  });
});
