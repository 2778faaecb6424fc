import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger, redactText } from '@/log';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  const memory = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString('utf8'));
      done();
    },
  });
  write(createLogger('trace', memory));
  return lines.join('');
}

const KEY = 'ASIA0123456789ABCDEF';
const LONG_KEY = 'AKIA0123456789ABCDEF';
const EXTERNAL_ID = 'bv-Y93AAyhkV6kn0PqCeOpj_oppFM8uwM7K';
const TOKEN = `IQoJb3JpZ2luX2Vj${'a1/+='.repeat(20)}`;
const DATABASE = 'postgresql://web:hunter2@db.example:5432/belvedere';

describe('the log', () => {
  it.each([KEY, LONG_KEY, EXTERNAL_ID, TOKEN, DATABASE])('takes %s out of a text', (secret) => {
    const text = `Before ${secret} after`;
    expect(redactText(text)).toBe('Before [redacted] after');
    expect(logged((log) => log.info(text))).not.toContain(secret);
    expect(logged((log) => log.error({ err: new Error(text) }, 'failed'))).not.toContain(secret);
  });

  it('leaves ordinary words alone', () => {
    const text = 'Connection 0b9a1c52 of belvedere-bv synced 12 rows from us-east-1 (ASIA)';
    expect(redactText(text)).toBe(text);
  });

  it.each([
    'password',
    'passwordHash',
    'token',
    'externalId',
    'secretAccessKey',
    'credentials',
    'authorization',
    'cookie',
  ])('takes out what stands under %s, three levels down', (name) => {
    for (const value of [
      { [name]: 'hunter2' },
      { a: { [name]: 'hunter2' } },
      { a: { b: { [name]: 'hunter2' } } },
    ]) {
      expect(logged((log) => log.info(value, 'said'))).not.toContain('hunter2');
    }
  });

  it('takes secrets out of an error that is only a cause or a stack', () => {
    const error = new Error('outer', { cause: new Error(`with ${EXTERNAL_ID}`) });
    expect(logged((log) => log.error({ err: error }, 'failed'))).not.toContain(EXTERNAL_ID);
    error.stack = `Error: ${DATABASE}\n    at x`;
    expect(logged((log) => log.error({ err: error }, 'failed'))).not.toContain('hunter2');
  });

  it('takes secrets out of what fills a placeholder', () => {
    expect(logged((log) => log.info('reached %s', DATABASE))).not.toContain('hunter2');
  });
});
