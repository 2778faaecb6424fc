import { createHash, createPrivateKey } from 'node:crypto';
import { z } from 'zod';
import { parseVaultKeys, type VaultKey } from '@/vault';
import type { Operator } from '@/operator/operator';
import { operatorFrom, operatorVariables } from '@/operator/operator-env';
import { databaseTlsFault } from '@/security/database-tls';

const roleArn = /^arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

function isEd25519(base64: string): boolean {
  try {
    const key = createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

function isVaultKeys(text: string): boolean {
  try {
    return parseVaultKeys(text).length > 0;
  } catch {
    return false;
  }
}

// Of the keys in .env.example, which everybody knows.
const EXAMPLE_VAULT_KEY = 'for-the-demo-only';
const EXAMPLE_KEY_SHA256 = '50e432ae991cdc31b4ee7ba1dd0c1b24546229deca824a39e5f8f5090339aa8f';

const Environment = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' }),
    BELVEDERE_URL: z.url({ protocol: /^https?$/, error: 'must be the http(s) address that people open' }),
    AUTH_SECRET: z.string().min(32, 'must have at least 32 characters'),
    RECEIPT_SIGNING_KEY: z
      .string()
      .refine(isEd25519, 'must be an Ed25519 private key, PKCS #8 DER in base64 (npm run keys makes one)'),
    ENCRYPTION_KEYS: z
      .string()
      .refine(
        isVaultKeys,
        'must be id:base64 of 32 bytes, several parted by commas (npm run keys makes one)',
      ),
    MAIL_URL: z
      .string()
      .regex(/^(smtps?:\/\/.+|inbox:)$/, 'must be smtp:// or smtps:// of your mail server')
      .optional(),
    MAIL_FROM: z.string().max(320).default('Belvedere <belvedere@localhost>'),
    TRUSTED_PROXIES: z.coerce
      .number('must be a whole number')
      .int('must be a whole number')
      .min(1, 'must be at least 1')
      .max(10, 'must be at most 10')
      .default(1),
    DNS_SERVERS: z
      .string()
      .regex(/^[\w.:[\]]+(,[\w.:[\]]+)*$/, 'must be addresses of DNS servers, parted by commas')
      .optional(),
    COLLECTOR_ROLE_ARN: z.string().regex(roleArn, 'must be the ARN of the role that Belvedere runs as'),
    TEMPLATE_URL: z.url({
      error: 'must be the address of the published template (npm run template:publish)',
    }),
    AWS_CONSOLE_URL: z.string().startsWith('http').default('https://{region}.console.aws.amazon.com'),
    AWS_REGION: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1')
      .default('us-east-1'),
    AWS_ENDPOINT_URL: z.url({ error: 'must be an address, or left out' }).or(z.literal('')).optional(),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    // With it Node.js believes any certificate: of the database, of AWS and of everything else.
    NODE_TLS_REJECT_UNAUTHORIZED: z
      .string()
      .refine((value) => value !== '0', 'must not be 0')
      .optional(),
    ...operatorVariables,
  })
  .superRefine((value, refine) => {
    const fault = databaseTlsFault(value.DATABASE_URL);
    if (fault) refine.addIssue({ code: 'custom', path: ['DATABASE_URL'], message: fault });
    if (!URL.canParse(value.BELVEDERE_URL)) return;
    const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(value.BELVEDERE_URL).hostname);
    if (!isLocal && /^for-the-demo-only/.test(value.AUTH_SECRET)) {
      refine.addIssue({
        code: 'custom',
        path: ['AUTH_SECRET'],
        message: 'is the example value: make your own (npm run keys)',
      });
    }
    if (
      !isLocal &&
      createHash('sha256').update(value.RECEIPT_SIGNING_KEY).digest('hex') === EXAMPLE_KEY_SHA256
    ) {
      refine.addIssue({
        code: 'custom',
        path: ['RECEIPT_SIGNING_KEY'],
        message: 'is the example value: make your own (npm run keys)',
      });
    }
    if (!isLocal && value.ENCRYPTION_KEYS.split(',').some((key) => key.startsWith(`${EXAMPLE_VAULT_KEY}:`))) {
      refine.addIssue({
        code: 'custom',
        path: ['ENCRYPTION_KEYS'],
        message: 'is the example value: make your own (npm run keys)',
      });
    }
    if (!isLocal && value.MAIL_URL === 'inbox:') {
      refine.addIssue({
        code: 'custom',
        path: ['MAIL_URL'],
        message: 'inbox: shows everybody’s mail to everybody, so it works on this machine only',
      });
    }
    if (!isLocal && !value.BELVEDERE_URL.startsWith('https:')) {
      refine.addIssue({
        code: 'custom',
        path: ['BELVEDERE_URL'],
        message: 'must be https outside this machine',
      });
    }
  });

export interface Env {
  readonly isProduction: boolean;
  readonly databaseUrl: string;
  readonly appUrl: string;
  readonly authSecret: string;
  readonly receiptSigningKey: string;
  readonly vaultKeys: readonly VaultKey[];
  readonly mailUrl: string | null;
  readonly mailFrom: string;
  /** How many proxies of the operator's stand in front, each of which appends to x-forwarded-for. */
  readonly trustedProxies: number;
  /** Where domains are looked up; null: where the machine looks. */
  readonly dnsServers: readonly string[] | null;
  readonly collectorRoleArn: string;
  readonly templateUrl: string;
  readonly awsConsoleUrl: string;
  readonly awsRegion: string;
  /** Where all of AWS is instead of at its own addresses; undefined but for a simulated one. */
  readonly awsEndpointUrl: string | undefined;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
  readonly operator: Operator;
}

/** Reads the environment once; throws one error that lists every fault. Values are never repeated in it. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const present = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => {
      const name = issue.path.join('.');
      return `  ${name}: ${present[name] === undefined ? 'is missing' : issue.message}`;
    });
    throw new Error(`The environment has faults (see .env.example):\n${[...new Set(faults)].join('\n')}`);
  }
  const value = parsed.data;
  return Object.freeze({
    isProduction: value.NODE_ENV === 'production',
    databaseUrl: value.DATABASE_URL,
    appUrl: value.BELVEDERE_URL.replace(/\/$/, ''),
    authSecret: value.AUTH_SECRET,
    receiptSigningKey: value.RECEIPT_SIGNING_KEY,
    vaultKeys: parseVaultKeys(value.ENCRYPTION_KEYS),
    mailUrl: value.MAIL_URL ?? null,
    mailFrom: value.MAIL_FROM,
    trustedProxies: value.TRUSTED_PROXIES,
    dnsServers: value.DNS_SERVERS?.split(',') ?? null,
    collectorRoleArn: value.COLLECTOR_ROLE_ARN,
    templateUrl: value.TEMPLATE_URL,
    awsConsoleUrl: value.AWS_CONSOLE_URL,
    awsRegion: value.AWS_REGION,
    awsEndpointUrl: value.AWS_ENDPOINT_URL || undefined,
    logLevel: value.LOG_LEVEL,
    operator: operatorFrom(value),
  });
}

let parsedEnv: Env | undefined;

export function env(): Env {
  parsedEnv ??= parseEnv(process.env);
  return parsedEnv;
}
