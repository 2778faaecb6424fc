import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Child {
  readonly name: string;
  readonly process: ChildProcess;
  readonly exited: Promise<number>;
  hasExited(): boolean;
}

/** Starts a Node process whose output goes to a log file, or to this terminal. */
export function startNode(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
  output: { logDir: string } | 'inherit',
): Child {
  let code: number | null = null;
  const child = spawn(process.execPath, [...args], {
    env: env as NodeJS.ProcessEnv,
    stdio: output === 'inherit' ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  if (output !== 'inherit') {
    mkdirSync(output.logDir, { recursive: true });
    const log = createWriteStream(path.join(output.logDir, `${name}.log`));
    child.stdout?.pipe(log);
    child.stderr?.pipe(log);
  }
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (exitCode) => {
      code = exitCode ?? 1;
      resolve(code);
    });
  });
  return { name, process: child, exited, hasExited: () => code !== null };
}

/** Asks politely, then insists after five seconds. */
export async function stopChild(child: Child): Promise<void> {
  if (child.hasExited()) return;
  child.process.kill('SIGTERM');
  const insist = setTimeout(() => child.process.kill('SIGKILL'), 5_000);
  await child.exited;
  clearTimeout(insist);
}

export async function waitForHttp(url: string, child: Child, timeoutMs = 60_000): Promise<void> {
  const endsAt = Date.now() + timeoutMs;
  while (Date.now() < endsAt) {
    if (child.hasExited()) throw new Error(`${child.name} stopped before it was ready. Its log says why.`);
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // Not listening yet.
    }
    await sleep(100);
  }
  throw new Error(`${child.name} did not answer at ${url} within ${timeoutMs / 1000} s.`);
}
