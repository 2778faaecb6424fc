import { readFileSync } from 'node:fs';
import type { APIRequestContext } from '@playwright/test';
import { stack } from './stack';

interface Manifest {
  readonly node: Record<string, { filename: string; exportedName: string; workers: Record<string, unknown> }>;
}

let manifest: Manifest | undefined;
const actions = () => {
  manifest ??= JSON.parse(readFileSync('.next/server/server-reference-manifest.json', 'utf8')) as Manifest;
  return Object.entries(manifest.node);
};

/** Every action that the built server answers to, in the words of tests/surface/list.ts. */
export const builtActions = (): string[] =>
  actions()
    .map(([, { filename, exportedName }]) => `action ${filename}#${exportedName}`)
    .sort();

export interface Answered {
  readonly status: number;
  /** The error's code; ok where there was none; null where the answer was neither. */
  readonly code: string | null;
  readonly text: string;
}

const addressOf = (worker: string) =>
  worker
    .replace(/^app/, '')
    .replace(/\/page$/, '')
    .split('/')
    .filter((part) => !/^\(.*\)$/.test(part))
    .map((part) => part.replace(/^\[.*\]$/, '00000000-0000-4000-8000-000000000000'))
    .join('/') || '/';

/** Calls a server action as the browser's script does, without the page around it. */
export async function callAction(
  request: APIRequestContext,
  key: string,
  input: unknown,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const found = actions().find(
    ([, { filename, exportedName }]) => `action ${filename}#${exportedName}` === key,
  );
  if (!found) throw new Error(`${key} is not built.`);
  const [id, { workers }] = found;
  const worker =
    Object.keys(workers).sort((a, b) => Number(a.includes('[')) - Number(b.includes('[')))[0] ?? '';
  const { baseUrl } = stack();
  const answer = await request.post(`${baseUrl}${addressOf(worker)}`, {
    headers: {
      'next-action': id,
      'content-type': 'text/plain;charset=UTF-8',
      accept: 'text/x-component',
      origin: baseUrl,
      ...headers,
    },
    data: JSON.stringify(input === undefined ? [] : [input]),
    maxRedirects: 0,
  });
  const text = await answer.text();
  const failed = /"ok":false,"error":\{"code":"([a-z-]+)"/.exec(text);
  return {
    status: answer.status(),
    code: failed?.[1] ?? (/"ok":true/.test(text) ? 'ok' : null),
    text,
  };
}
