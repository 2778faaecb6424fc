import { randomBytes } from 'node:crypto';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { nameOf, toAwsError } from './errors';
import { AwsError, type CallObserver, type ProbeOutcome, type ProbeReport, type RoleTarget } from './port';
import { observe } from './observe';
import { sessionPolicyFor, type BucketPurpose, type SessionPurpose } from './session-policy';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

const DURATION_SECONDS = 3600;

export const clientDefaults = () => ({
  maxAttempts: 5,
  requestHandler: new NodeHttpHandler({ connectionTimeout: 5_000, requestTimeout: 30_000 }),
});

export function sessionNameOf(target: RoleTarget): string {
  return `belvedere-${target.connectionId}`;
}

/** The one place that calls AssumeRole. Without `externalId` only for the probes that must be refused. */
async function assumeRole(
  client: STSClient,
  target: RoleTarget,
  purpose: SessionPurpose | BucketPurpose,
  externalId: string | undefined,
): Promise<Credentials> {
  const { Credentials: issued } = await client.send(
    new AssumeRoleCommand({
      RoleArn: target.roleArn,
      RoleSessionName: sessionNameOf(target),
      DurationSeconds: purpose === 'verify' ? 900 : DURATION_SECONDS,
      Policy: sessionPolicyFor(purpose),
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    }),
  );
  if (!issued?.AccessKeyId || !issued.SecretAccessKey || !issued.SessionToken || !issued.Expiration) {
    throw new AwsError('unavailable', 'AWS answered without credentials.', true, 'sts:AssumeRole');
  }
  return {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
    expiration: issued.Expiration,
  };
}

function stsClient(
  region: string,
  target: RoleTarget,
  observer: CallObserver,
  credentials?: Credentials,
): STSClient {
  const client = new STSClient({ ...clientDefaults(), region, ...(credentials ? { credentials } : {}) });
  observe(
    client,
    { service: 'STS', region, awsAccountId: target.awsAccountId, sessionName: sessionNameOf(target) },
    observer,
  );
  return client;
}

type Attempt = { outcome: ProbeOutcome; credentials: Credentials | null; error: AwsError | null };

async function attempt(
  client: STSClient,
  target: RoleTarget,
  externalId: string | undefined,
): Promise<Attempt> {
  try {
    const credentials = await assumeRole(client, target, 'verify', externalId);
    return { outcome: 'allowed', credentials, error: null };
  } catch (error) {
    const failure = toAwsError(error, 'STS', 'sts:AssumeRole');
    // Only a real AccessDenied counts as a refusal: a throttle or a time-out proves nothing.
    const isDenied = nameOf(error) === 'AccessDenied' || nameOf(error) === 'AccessDeniedException';
    return { outcome: isDenied ? 'denied' : 'inconclusive', credentials: null, error: failure };
  }
}

async function callerAccount(
  region: string,
  target: RoleTarget,
  observer: CallObserver,
  credentials: Credentials,
): Promise<string> {
  const client = stsClient(region, target, observer, credentials);
  try {
    return (await client.send(new GetCallerIdentityCommand({}))).Account ?? '';
  } finally {
    client.destroy();
  }
}

export async function probeRole(
  region: string,
  target: RoleTarget,
  observer: CallObserver,
  options: { rightOnly?: boolean } = {},
): Promise<ProbeReport> {
  const client = stsClient(region, target, observer);
  try {
    const right = await attempt(client, target, target.externalId);
    if (options.rightOnly && right.outcome !== 'allowed') {
      return {
        without: null,
        wrong: null,
        right: right.outcome,
        accountMatches: null,
        detail: right.error?.kind ?? null,
      };
    }
    const without = await attempt(client, target, undefined);
    const wrong = await attempt(client, target, `bv-${randomBytes(24).toString('base64url')}`);
    const failed = [right, without, wrong].find((one) => one.outcome === 'inconclusive');
    let accountMatches: boolean | null = null;
    let detail = failed?.error?.kind ?? right.error?.kind ?? null;
    if (right.credentials) {
      try {
        accountMatches =
          (await callerAccount(region, target, observer, right.credentials)) === target.awsAccountId;
      } catch (error) {
        detail = toAwsError(error, 'STS', 'sts:GetCallerIdentity').kind;
      }
    }
    return { without: without.outcome, wrong: wrong.outcome, right: right.outcome, accountMatches, detail };
  } finally {
    client.destroy();
  }
}

/** Short-lived credentials for one sync: held in this closure, renewed before they run out, dropped with it. */
export function credentialsFor(
  region: string,
  target: RoleTarget,
  purpose: SessionPurpose | BucketPurpose,
  observer: CallObserver,
  signal: AbortSignal,
): { get(): Promise<Credentials>; drop(): void } {
  let current: Promise<Credentials> | null = null;
  signal.addEventListener('abort', () => (current = null), { once: true });
  const take = async (): Promise<Credentials> => {
    const client = stsClient(region, target, observer);
    try {
      return await assumeRole(client, target, purpose, target.externalId);
    } catch (error) {
      throw toAwsError(error, 'STS', 'sts:AssumeRole');
    } finally {
      client.destroy();
    }
  };
  return {
    async get() {
      signal.throwIfAborted();
      current ??= take();
      const held = current;
      try {
        const credentials = await held;
        if (credentials.expiration.getTime() - Date.now() > 120_000) return credentials;
      } catch (error) {
        if (current === held) current = null;
        throw error;
      }
      if (current === held) current = take();
      return current;
    },
    drop() {
      current = null;
    },
  };
}
