import { createHash, createPrivateKey } from 'node:crypto';
import { z } from 'zod';

const roleArn = /^arn:(aws|aws-us-gov|aws-cn):iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

function isEd25519(base64: string): boolean {
  try {
    const key = createPrivateKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

// Of the key in .env.example, whose private half everybody knows.
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
    COLLECTOR_ROLE_ARN: z.string().regex(roleArn, 'must be the ARN of the role that Belvedere runs as'),
    TEMPLATE_URL: z.url({
      error: 'must be the address of the published template (npm run template:publish)',
    }),
    AWS_CONSOLE_URL: z.string().startsWith('http').default('https://{region}.console.aws.amazon.com'),
    AWS_REGION: z
      .string()
      .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as us-east-1')
      .default('us-east-1'),
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  })
  .superRefine((value, refine) => {
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
  readonly collectorRoleArn: string;
  readonly templateUrl: string;
  readonly awsConsoleUrl: string;
  readonly awsRegion: string;
  readonly logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
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
    collectorRoleArn: value.COLLECTOR_ROLE_ARN,
    templateUrl: value.TEMPLATE_URL,
    awsConsoleUrl: value.AWS_CONSOLE_URL,
    awsRegion: value.AWS_REGION,
    logLevel: value.LOG_LEVEL,
  });
}

let parsedEnv: Env | undefined;

export function env(): Env {
  parsedEnv ??= parseEnv(process.env);
  return parsedEnv;
}
