import pino from 'pino';

const SECRET_KEYS = [
  'password',
  'passwordHash',
  'token',
  'sessionToken',
  'externalId',
  'ExternalId',
  'accessKeyId',
  'secretAccessKey',
  'credentials',
  'authorization',
  'cookie',
  'connectionString',
  'secret',
  'privateKey',
  'samlResponse',
  'ticket',
];

// What AWS echoes in its error texts: keys, session tokens, our ExternalIds.
const SECRET_TEXT =
  /\b(?:A[KS]IA[A-Z0-9]{12,}|bv-[\w-]{20,}|bvd_(?:pat|svc|scim)_[\w-]+|(?:IQo|FwoG)[\w+/=]{40,})|postgres(?:ql)?:\/\/[^\s"]+/g;

export function redactText(text: string): string {
  return text.replace(SECRET_TEXT, '[redacted]');
}

export function createLogger(level: string, destination?: pino.DestinationStream): pino.Logger {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: [
          ...SECRET_KEYS,
          ...SECRET_KEYS.map((key) => `*.${key}`),
          ...SECRET_KEYS.map((key) => `*.*.${key}`),
        ],
        censor: '[redacted]',
      },
      serializers: {
        err: (error: Error) => ({
          type: error.name,
          message: redactText(error.message),
          stack: redactText(error.stack ?? ''),
        }),
      },
      hooks: {
        logMethod(args, method) {
          method.apply(
            this,
            args.map((arg) => (typeof arg === 'string' ? redactText(arg) : arg)) as typeof args,
          );
        },
      },
    },
    destination ?? pino.destination(1),
  );
}

export type Logger = pino.Logger;
