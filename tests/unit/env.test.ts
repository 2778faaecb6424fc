import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseEnv } from '@/env';

const pkcs8 = (type: 'ed25519' | 'x25519') =>
  (type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('x25519')).privateKey
    .export({ format: 'der', type: 'pkcs8' })
    .toString('base64');

const good = {
  DATABASE_URL: 'postgresql://web:secret@db.example/belvedere?sslmode=verify-full',
  BELVEDERE_URL: 'https://cost.example.com/',
  AUTH_SECRET: 'x'.repeat(32),
  RECEIPT_SIGNING_KEY: pkcs8('ed25519'),
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  COLLECTOR_ROLE_ARN: 'arn:aws:iam::900000000001:role/BelvedereCollector',
  TEMPLATE_URL: 'https://templates.example.com/t.yaml',
};

function faultsOf(source: Record<string, string | undefined>): string {
  try {
    parseEnv(source);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('parseEnv', () => {
  it('reads a good environment into a frozen object, with defaults where they are safe', () => {
    const env = parseEnv(good);
    expect(env).toMatchObject({
      isProduction: false,
      appUrl: 'https://cost.example.com',
      awsRegion: 'us-east-1',
      awsConsoleUrl: 'https://{region}.console.aws.amazon.com',
      logLevel: 'info',
    });
    expect(Object.isFrozen(env)).toBe(true);
  });

  it('names all that is missing at once', () => {
    const text = faultsOf({});
    for (const name of Object.keys(good)) expect(text).toContain(`${name}: is missing`);
    expect(text.split('\n')).toHaveLength(1 + Object.keys(good).length);
  });

  it('takes an empty value for a missing one', () => {
    expect(faultsOf({ ...good, AUTH_SECRET: '' })).toContain('AUTH_SECRET: is missing');
    expect(parseEnv({ ...good, AWS_REGION: '' }).awsRegion).toBe('us-east-1');
  });

  it('names all that is wrong at once, and repeats no value', () => {
    const wrong = {
      DATABASE_URL: 'mysql://web:hunter2@db.example/x',
      BELVEDERE_URL: 'ftp://hunter2.example',
      AUTH_SECRET: 'hunter2',
      RECEIPT_SIGNING_KEY: Buffer.from('hunter2').toString('base64'),
      ENCRYPTION_KEYS: 'hunter2',
      COLLECTOR_ROLE_ARN: 'arn:aws:iam::900000000001:user/hunter2',
      TEMPLATE_URL: 'hunter2',
      AWS_REGION: 'hunter2',
      LOG_LEVEL: 'hunter2',
      NODE_ENV: 'hunter2',
    };
    const text = faultsOf(wrong);
    for (const name of Object.keys(wrong)) expect(text).toContain(`  ${name}: `);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(wrong.RECEIPT_SIGNING_KEY);
    expect(text).not.toContain('is missing');
  });

  it.each([
    ['a key of another kind', 'RECEIPT_SIGNING_KEY', pkcs8('x25519')],
    ['a key that is none', 'RECEIPT_SIGNING_KEY', 'not base64 at all'],
    ['a short secret', 'AUTH_SECRET', 'x'.repeat(31)],
    ['an open line to elsewhere', 'BELVEDERE_URL', 'http://cost.example.com'],
    ['an address without https', 'BELVEDERE_URL', 'cost.example.com'],
    ['a region that is none', 'AWS_REGION', 'us_east_1'],
    ['a database that is no address', 'DATABASE_URL', 'postgres'],
    ['a database elsewhere without TLS', 'DATABASE_URL', 'postgresql://web:secret@db.example/belvedere'],
    ['certificates that nobody checks', 'NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ])('refuses %s as %s', (_, name, value) => {
    expect(faultsOf({ ...good, [name]: value })).toContain(`  ${name}: `);
  });

  it.each(['arn:aws:iam::900000000001:root', `${good.COLLECTOR_ROLE_ARN}\n`, '900000000001'])(
    'T14 takes the collector for one exact role, not for %j',
    (COLLECTOR_ROLE_ARN) => {
      expect(faultsOf({ ...good, COLLECTOR_ROLE_ARN })).toContain('  COLLECTOR_ROLE_ARN: ');
    },
  );

  it('refuses the example secret anywhere but on this machine', () => {
    const AUTH_SECRET = 'for-the-demo-only-0123456789abcdef';
    expect(faultsOf({ ...good, AUTH_SECRET })).toContain('AUTH_SECRET: is the example value');
    const local = { ...good, AUTH_SECRET, BELVEDERE_URL: 'http://127.0.0.1:3000' };
    expect(parseEnv(local).appUrl).toBe('http://127.0.0.1:3000');
  });

  it('refuses the example key of receipts anywhere but on this machine', () => {
    const example = readFileSync('.env.example', 'utf8');
    const [, RECEIPT_SIGNING_KEY = ''] = /^RECEIPT_SIGNING_KEY=(.+)$/m.exec(example) ?? [];
    const text = faultsOf({ ...good, RECEIPT_SIGNING_KEY });
    expect(text).toContain('RECEIPT_SIGNING_KEY: is the example value');
    expect(text).not.toContain(RECEIPT_SIGNING_KEY);
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      const local = { ...good, RECEIPT_SIGNING_KEY, BELVEDERE_URL: `http://${host}:3000` };
      expect(parseEnv(local).receiptSigningKey).toBe(RECEIPT_SIGNING_KEY);
    }
  });
});
