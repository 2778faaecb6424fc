import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { explainPublishError, publishTemplate } from '../../../scripts/template-publish';
import { renderTemplate } from '../../../src/aws/render-template';

interface Stored {
  headers: Record<string, string | string[] | undefined>;
}

const objects = new Map<string, Stored>();
let denied = false;
let puts = 0;

const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  const reply = (status: number, code = '', headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/xml', ...headers });
    const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
    response.end(status >= 400 && request.method !== 'HEAD' ? body : '');
  };
  request.resume();
  request.on('end', () => {
    if (denied) return reply(403, 'AccessDenied');
    const found = objects.get(path);
    if (request.method === 'HEAD') {
      if (!found) return reply(404);
      return reply(200, '', { 'x-amz-meta-sha256': String(found.headers['x-amz-meta-sha256'] ?? '') });
    }
    if (found && request.headers['if-none-match'] === '*') return reply(412, 'PreconditionFailed');
    puts += 1;
    objects.set(path, { headers: request.headers });
    return reply(200);
  });
});

let endpoint = '';
let client: S3Client;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new S3Client({
    endpoint,
    region: 'eu-west-1',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
});

afterAll(() => {
  client.destroy();
  server.close();
});

beforeEach(() => {
  objects.clear();
  denied = false;
  puts = 0;
});

describe('template publishing', () => {
  const sha256 = createHash('sha256').update(renderTemplate()).digest('hex');
  const name = `belvedere-readonly-v1-${sha256.slice(0, 16)}.yaml`;

  it('uploads under a versioned key named by its content', async () => {
    const result = await publishTemplate({ client, bucket: 'templates', prefix: '/public/', endpoint });
    expect(result).toEqual({
      url: `${endpoint}/templates/public/${name}`,
      key: `public/${name}`,
      sha256,
      uploaded: true,
    });
    expect(objects.get(`/templates/public/${name}`)?.headers).toMatchObject({
      'content-type': 'application/yaml; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'x-amz-meta-sha256': sha256,
    });
  });

  it('recognizes the same object and refuses another under the same key', async () => {
    await publishTemplate({ client, bucket: 'templates' });
    expect((await publishTemplate({ client, bucket: 'templates' })).uploaded).toBe(false);
    expect(puts).toBe(1);
    objects.set(`/templates/${name}`, { headers: { 'x-amz-meta-sha256': 'other' } });
    await expect(publishTemplate({ client, bucket: 'templates' })).rejects.toThrow('with other content');
  });

  it('gives the address that S3 has for the region and bucket', async () => {
    const url = async (bucket: string) => (await publishTemplate({ client, bucket })).url;
    expect(await url('templates')).toBe(`https://templates.s3.eu-west-1.amazonaws.com/${name}`);
    expect(await url('a.b')).toBe(`https://s3.eu-west-1.amazonaws.com/a.b/${name}`);
  });

  it('says what is missing when access is denied', async () => {
    denied = true;
    const error: unknown = await publishTemplate({ client, bucket: 'templates' }).catch((e: unknown) => e);
    expect(explainPublishError(error, 'templates')).toMatch(/^Access denied\. .*s3:PutObject.*templates/);
  });

  it('ends with 1 for missing and unknown flags', () => {
    const script = fileURLToPath(new URL('../../../scripts/template-publish.ts', import.meta.url));
    const run = (...flags: string[]) =>
      spawnSync(process.execPath, ['--import', 'tsx', script, ...flags], { encoding: 'utf8' });
    expect(run()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--bucket is missing') as string,
    });
    expect(run('--wrong')).toMatchObject({ status: 1, stderr: expect.stringContaining('--wrong') as string });
  });
});
