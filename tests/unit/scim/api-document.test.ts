import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { requestLimits } from '@/features/tokens/authenticate-token';
import { scopes } from '@/domain/permissions';
import { sourceFiles } from '../../support/source-files';

const text = readFileSync('docs/api.md', 'utf8');

/** "app/api/connections/[connectionId]/progress/route.ts" as "/api/connections/{connectionId}/progress". */
const addressOf = (file: string) =>
  file
    .replace(/^app/, '')
    .replace(/\/route\.ts$/, '')
    .replaceAll(/\/\([^)]*\)/g, '')
    .replaceAll(/\[(?:\.\.\.)?([^\]]+)\]/g, '{$1}');

const routes = sourceFiles().filter((file) => /^app\/.*\bapi\/.*route\.ts$/.test(file.path));

it('every route of the API is documented, with each of its methods', () => {
  expect(routes.length).toBeGreaterThan(0);
  const wanted = routes.flatMap((file) =>
    [...file.text.matchAll(/export (?:const|async function|function) (GET|POST|PUT|PATCH|DELETE)\b/g)].map(
      ([, method]) => `## ${method ?? ''} ${addressOf(file.path)}`,
    ),
  );
  expect(wanted.length).toBeGreaterThanOrEqual(routes.length);
  const headings = new Set(text.split('\n').filter((line) => line.startsWith('## ')));
  expect(wanted.filter((heading) => !headings.has(heading))).toEqual([]);
});

it('no route is documented that is not there', () => {
  const addresses = new Set(routes.map((file) => addressOf(file.path)));
  const named = [...text.matchAll(/^## (?:GET|POST|PUT|PATCH|DELETE) (\/\S+)$/gm)].map(
    ([, address]) => address ?? '',
  );
  expect(named.filter((address) => !addresses.has(address))).toEqual([]);
});

it('the scopes and limits are those of the code', () => {
  for (const scope of scopes) expect(text).toContain(`\`${scope}\``);
  const counts = Object.values(requestLimits).flatMap((limits) => Object.values(limits));
  for (const count of counts) expect(text).toContain(String(count).replace(/(\d)(\d{3})$/, '$1,$2'));
});
