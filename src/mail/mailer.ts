import { randomUUID } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Db } from '@/db/client';
import type { Logger } from '@/log';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text: no picture that tells when it is read, no link that is not what it says. */
  readonly text: string;
}

export interface Mailer {
  /** off: nothing is sent, and what would be mailed has to be handed over by hand. */
  readonly kind: 'smtp' | 'inbox' | 'off';
  /** True once the mail is handed over; false where it could not be, which is logged without its text. */
  send(mail: Mail): Promise<boolean>;
}

const TIMEOUT_MS = 10_000;

function smtp(url: string, from: string, log: Logger): Mailer {
  const { hostname } = new URL(url);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const transport = createTransport(
    {
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
      // Without it a server that offers no TLS would be told everything in the clear.
      requireTLS: !isLocal,
    },
    { from },
  );
  return {
    kind: 'smtp',
    async send(mail) {
      try {
        await transport.sendMail({
          to: { name: '', address: mail.to },
          subject: mail.subject,
          text: mail.text,
        });
        return true;
      } catch (error) {
        log.error({ reason: (error as { code?: string }).code ?? 'unknown' }, 'mail could not be sent');
        return false;
      }
    },
  };
}

function inbox(db: Db, now: () => Date): Mailer {
  return {
    kind: 'inbox',
    async send(mail) {
      await db.prisma.localMail.create({
        data: { id: randomUUID(), at: now(), recipient: mail.to, subject: mail.subject, body: mail.text },
      });
      return true;
    },
  };
}

/** `url` is smtp:// or smtps:// of the operator's server, `inbox:` for the page /inbox of a demo, or null. */
export function createMailer(
  given: { url: string | null; from: string },
  deps: { db: Db; log: Logger; now: () => Date },
): Mailer {
  if (given.url === null) return { kind: 'off', send: async () => false };
  if (given.url === 'inbox:') return inbox(deps.db, deps.now);
  return smtp(given.url, given.from, deps.log);
}
