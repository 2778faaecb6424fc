import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { World, WorldState } from './world';

export function loadState(file: string): WorldState | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as WorldState) : undefined;
}

function writeAtomically(file: string, text: string): void {
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, text);
  renameSync(partial, file);
}

/** Restores the world and keeps its file current; returns a function that writes at once. */
export function saveOnChange(world: World, file: string, state: WorldState | undefined): () => void {
  mkdirSync(dirname(file), { recursive: true });
  if (state) world.restore(state);
  // A stack that was being made when the simulator stopped can no longer be finished.
  for (const account of Object.values(world.state.accounts)) {
    account.stacks = account.stacks.filter((stack) => stack.status !== 'CREATE_IN_PROGRESS');
  }
  const save = (): void => writeAtomically(file, JSON.stringify(world.state, null, 1));
  let scheduled = false;
  world.onChange(() => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      save();
    });
  });
  save();
  return save;
}
