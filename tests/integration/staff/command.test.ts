import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishSetup, readSetup } from '@/features/staff/set-up';
import { enterAsStaff } from '@/features/staff/visit';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { actionsOf, codeAt, deskOf, HERE, letIn, PASSWORD, SAM } from './support';

let bench: Workbench;
beforeAll(async () => {
  // The command goes by the machine's own clock.
  bench = await createWorkbench({ now: new Date().toISOString() });
});
afterAll(() => bench.close());

async function staff(words: readonly string[], change: Record<string, string> = {}) {
  const { ownerUrl, appUrl } = bench.database;
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/staff.ts', ...words], {
    env: {
      ...process.env,
      MIGRATION_DATABASE_URL: ownerUrl,
      DATABASE_URL: appUrl,
      BELVEDERE_URL: 'https://cost.example/',
      ...change,
    },
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await ended };
}

describe('npm run staff', () => {
  it('grants with a setup link, lists, and revokes what goes on', async () => {
    const owner = await bench.newWorkspace();
    const granted = await staff(['grant', SAM.email, SAM.name]);
    expect(granted).toMatchObject({ code: 0, err: '' });
    const link = /https:\/\/cost\.example\/staff\/setup\/([\w-]+)\n/.exec(granted.out)?.[1] ?? '';
    bench.clock.set(new Date());
    const setup = await readSetup(bench.runtime, link);
    const code = codeAt(setup?.secret ?? '', bench.clock.now());
    const token = await finishSetup(bench.runtime, { token: link, password: PASSWORD, code }, HERE);
    const desk = async () => {
      const ctx = await deskOf(bench, token);
      if (!ctx) throw new Error('They are not signed in.');
      return ctx;
    };
    await letIn({ token, secret: '', desk }, owner);
    const look = () => enterAsStaff(bench.runtime, { token, path: '/overview', address: HERE });
    expect(await look()).not.toBeNull();

    expect((await staff(['list'])).out).toMatch(/sam@operator\.example +Sam Reed\n[^]*second factor set up/);
    bench.clock.set(new Date());
    expect(await staff(['revoke', SAM.email])).toMatchObject({ code: 0, err: '' });
    expect(await look()).toBeNull();
    expect((await actionsOf(bench, owner)).at(-1)).toBe('system staff.ended');
    expect((await staff(['list'])).out).toContain('Nobody is staff.');
  });

  it('says what to do where it cannot', async () => {
    expect(await staff([])).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('npm run staff -- grant'),
    });
    expect(await staff(['grant', 'sam', 'Sam'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/email address/),
    });
    expect(await staff(['revoke', 'nobody@operator.example'])).toMatchObject({ code: 1, out: '' });
    expect(await staff(['list'], { MIGRATION_DATABASE_URL: '' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('Set MIGRATION_DATABASE_URL'),
    });
    const asApp = await staff(['grant', SAM.email, SAM.name], {
      MIGRATION_DATABASE_URL: bench.database.appUrl,
    });
    expect(asApp).toMatchObject({ code: 1, out: '', err: expect.stringContaining('owner of the tables') });
  });
});
