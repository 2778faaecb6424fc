import { createAws } from '@/aws/gateway';
import type { Services } from '@/context';
import { closeDb, openDb } from '@/db/client';
import { env, type Env } from '@/env';
import { openQueue } from '@/jobs/queue';
import { createLogger } from '@/log';
import { createMailer } from '@/mail/mailer';
import { createSigner } from '@/receipt-signer';
import { createSealer } from '@/sealer';
import { createVault } from '@/vault';

export interface Runtime extends Services {
  close(): Promise<void>;
}

/** Builds everything that reaches outside, once, in one place. */
export function createRuntime(from: Env, options: { poolSize?: number } = {}): Runtime {
  const log = createLogger(from.logLevel);
  const db = openDb(from.databaseUrl, options);
  const queue = openQueue(from.databaseUrl, (error) => log.error({ err: error }, 'queue'));
  return {
    db,
    queue,
    log,
    aws: createAws(from.awsRegion, from.awsEndpointUrl),
    signer: createSigner(from.receiptSigningKey),
    sealer: createSealer(from.authSecret),
    vault: createVault(from.vaultKeys),
    mail: createMailer({ url: from.mailUrl, from: from.mailFrom }, { db, log, now: () => new Date() }),
    config: {
      appUrl: from.appUrl,
      collectorRoleArn: from.collectorRoleArn,
      templateUrl: from.templateUrl,
      awsConsoleUrl: from.awsConsoleUrl,
      awsRegion: from.awsRegion,
      trustedProxies: from.trustedProxies,
      dnsServers: from.dnsServers,
      operator: from.operator,
    },
    now: () => new Date(),
    async close() {
      await queue.close();
      await closeDb(db);
    },
  };
}

// One runtime a process, also when the development server loads modules again.
const holder = globalThis as typeof globalThis & { belvedereRuntime?: Runtime };

export function runtime(): Runtime {
  holder.belvedereRuntime ??= createRuntime(env());
  return holder.belvedereRuntime;
}
