import { CostExplorerClient, GetTagsCommand } from '@aws-sdk/client-cost-explorer';
import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulatedAws } from '../simulated-aws/server';
import type { SimulatedAws } from '../simulated-aws/server';
import { VENDOR_CREDENTIALS } from '../simulated-aws/vendor';
import { EXTERNAL_ID, MANAGEMENT, ROLE_NAME, assume, connect, settings } from './clients';

let aws: SimulatedAws;

beforeEach(async () => {
  aws = await startSimulatedAws({ size: 'tiny' });
});

afterEach(() => aws.close());

const whoAmI = () => new STSClient(settings(aws, VENDOR_CREDENTIALS)).send(new GetCallerIdentityCommand({}));

async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; value: unknown }> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const answer = await fetch(`${aws.url}/_sim${path}`, init);
  return { status: answer.status, value: await answer.json() };
}

describe('faults', () => {
  it('throttle in the words of each service, as often as told', async () => {
    await connect(aws, MANAGEMENT);
    const keys = await assume(aws, MANAGEMENT);
    aws.faults.add({ kind: 'throttle', times: 3 });
    const tags = new GetTagsCommand({ TimePeriod: { Start: '2026-09-01', End: '2026-10-01' } });
    await expect(new CostExplorerClient(settings(aws, keys)).send(tags)).rejects.toMatchObject({
      name: 'LimitExceededException',
    });
    await expect(
      new EC2Client(settings(aws, keys)).send(new DescribeRegionsCommand({})),
    ).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    await expect(whoAmI()).rejects.toMatchObject({ name: 'Throttling' });
    await expect(whoAmI()).resolves.toBeDefined();
  });

  it('strike one service, action and account, after a number of requests', async () => {
    await connect(aws, MANAGEMENT);
    aws.faults.add({
      kind: 'denied',
      service: 'sts',
      action: 'GetCallerIdentity',
      accountId: MANAGEMENT,
      after: 1,
    });
    const mine = new STSClient(settings(aws, await assume(aws, MANAGEMENT)));
    await expect(mine.send(new GetCallerIdentityCommand({}))).resolves.toBeDefined();
    await expect(mine.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(whoAmI()).resolves.toBeDefined();
  });

  it('fail, expire, delay and cut the line', async () => {
    aws.faults.add({ kind: '5xx', times: 1 });
    await expect(whoAmI()).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    aws.faults.add({ kind: 'expired', times: 1 });
    await expect(whoAmI()).rejects.toMatchObject({ name: expect.stringMatching(/^ExpiredToken/) });
    aws.faults.add({ kind: 'latency', ms: 120, times: 1 });
    const started = performance.now();
    await whoAmI();
    expect(performance.now() - started).toBeGreaterThanOrEqual(115);
    aws.faults.add({ kind: 'reset', times: 1 });
    await expect(whoAmI()).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
    expect(aws.log.entries().at(-1)?.errorCode).toBe('ConnectionReset');
  });

  it('are set over HTTP too', async () => {
    await control('PUT', '/faults', { kind: 'throttle', service: 'sts' });
    await expect(whoAmI()).rejects.toMatchObject({ name: 'Throttling' });
    await control('DELETE', '/faults');
    await expect(whoAmI()).resolves.toBeDefined();
    expect((await control('PUT', '/faults', { kind: 'nonsense' })).status).toBe(400);
  });
});

describe('the log', () => {
  it('tells who did what, with which external id and outcome', async () => {
    await connect(aws, MANAGEMENT);
    await assume(aws, MANAGEMENT, { ExternalId: 'wrong' }).catch(() => undefined);
    const seq = aws.log.entries().at(-1)?.seq ?? 0;
    await assume(aws, MANAGEMENT);
    expect(aws.log.entries(seq - 1)).toMatchObject([
      { service: 'sts', action: 'AssumeRole', externalId: 'wrong', status: 403, errorCode: 'AccessDenied' },
      {
        service: 'sts',
        action: 'AssumeRole',
        externalId: EXTERNAL_ID,
        status: 200,
        errorCode: undefined,
        accountId: '900000000001',
      },
    ]);
    const { value } = await control('GET', `/requests?since=${seq}`);
    expect(value).toMatchObject({
      requests: [{ seq: seq + 1, principalArn: expect.stringContaining('assumed-role/BelvedereCollector/') }],
    });
    await control('DELETE', '/requests');
    expect(aws.log.entries()).toEqual([]);
  });
});

describe('the control interface and the console', () => {
  it('edits roles by hand', async () => {
    await connect(aws, MANAGEMENT);
    const role = `/accounts/${MANAGEMENT}/roles/${ROLE_NAME}`;
    expect((await control('PUT', `${role}/trust`, { nonsense: true })).status).toBe(400);
    const nobody = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }],
    };
    expect((await control('PUT', `${role}/trust`, nobody)).status).toBe(200);
    await expect(assume(aws, MANAGEMENT)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect((await control('GET', '/accounts/123456789012/roles')).status).toBe(404);
  });

  it('is healthy and forgets on demand', async () => {
    await connect(aws, MANAGEMENT);
    expect((await control('GET', '/health')).value).toMatchObject({ ok: true });
    await control('POST', '/reset');
    expect((await control('GET', `/accounts/${MANAGEMENT}/roles`)).value).toEqual({ roles: [] });
  });

  it('serves a page that loads nothing from elsewhere', async () => {
    for (const path of ['/console', '/cloudformation/home?region=us-east-1']) {
      const page = await fetch(aws.url + path);
      const html = await page.text();
      expect(html).toContain('Simulated AWS console');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    }
  });
});

describe('the command', () => {
  const entry = fileURLToPath(new URL('../simulated-aws/main.ts', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'simulated-aws-'));
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function launch(): Promise<{ child: ChildProcess; url: string }> {
    const state = join(folder, 'state.json');
    const args = [
      '--import',
      'tsx',
      entry,
      '--port',
      '0',
      '--size',
      'tiny',
      '--stack-delay',
      '0',
      '--state',
      state,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.stdout.once('data', (line: Buffer) => {
        const { url } = JSON.parse(line.toString()) as { url: string };
        resolve({ child, url });
      });
    });
  }

  const stop = (child: ChildProcess): Promise<number | null> =>
    new Promise((resolve) => {
      child.once('exit', resolve);
      child.kill('SIGTERM');
    });

  it('keeps stacks and roles over a restart', async () => {
    const first = await launch();
    await connect({ ...aws, url: first.url }, MANAGEMENT);
    expect(await stop(first.child)).toBe(0);
    const second = await launch();
    await expect(assume({ ...aws, url: second.url }, MANAGEMENT)).resolves.toBeDefined();
    expect(await stop(second.child)).toBe(0);
  });
});
