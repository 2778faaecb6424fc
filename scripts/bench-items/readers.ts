import pg from 'pg';
import type { Ctx } from '../../src/context';
import type { Env } from '../../src/env';
import { withSql } from '../../src/context';
import type { Runtime } from '../../src/runtime';
import { benchUrl, sessionCookie } from '../bench-web';
import { benchDuckDb } from './duckdb';
import type { LoadFigures } from './load';

const READERS = 8;
const SECONDS = 8;

interface Given {
  readonly runtime: Runtime;
  readonly ctx: Ctx;
  readonly env: Env;
  readonly base: string;
  readonly ownerUrl: string;
  readonly loaded: LoadFigures;
  readonly row: (label: string, text: string) => void;
  readonly say: (text: string) => void;
}

const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** The key and the value of a tag that many resources have, and the resources that cost the most. */
async function examples(given: Given): Promise<{ key: string; value: string; refs: string[] }> {
  return withSql(given.ctx, 'read', async (sql) => {
    const tag = await sql.query<{ key: string; value: string }>(
      `select t.key, t.value from resource r, jsonb_each_text(r.tags) t where r.workspace_id = $1 and r.connection_id = $2
       group by 1, 2 order by count(*) desc limit 1`,
      [given.ctx.workspaceId, given.loaded.connectionId],
    );
    const found = await sql.query<{ ref: string }>(
      `select r.ref from resource_cost c join resource r using (workspace_id, shelf, connection_id, resource_key)
       where c.workspace_id = $1 and c.connection_id = $2 order by c.effective_90 desc limit 4000`,
      [given.ctx.workspaceId, given.loaded.connectionId],
    );
    const { key = '', value = '' } = tag.rows[0] ?? {};
    return { key, value, refs: found.rows.map((row) => row.ref) };
  });
}

/** The first day that is not in the costs of resources; null where none costs anything. */
async function asOfCosts(given: Given): Promise<string | null> {
  const { rows } = await withSql(given.ctx, 'read', (sql) =>
    sql.query<{ as_of: string }>(
      'select as_of::text from resource_cost where workspace_id = $1 and connection_id = $2 limit 1',
      [given.ctx.workspaceId, given.loaded.connectionId],
    ),
  );
  return rows[0]?.as_of ?? null;
}

/**
 * PostgreSQL's own vacuum has been over a load within a minute or two; readers are not measured beside it. What its planner knows
 * is what the load itself has told it.
 */
async function settle(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('vacuum');
  await owner.end();
}

/** Who is the first to look, before any vacuum and at a server that has just started: once, in milliseconds. */
async function firstLook(url: string, cookie: string): Promise<number> {
  const started = performance.now();
  const answer = await fetch(url, { headers: { cookie } });
  await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}.`);
  return performance.now() - started;
}

/** Latencies of the API with eight readers at once, and of one alone where that is what a target is about. */
export async function benchReaders(given: Given): Promise<void> {
  const { runtime, ctx, env, base, row, say } = given;
  const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
  const cookie = await sessionCookie(runtime, userId, env.authSecret);
  const { key, value, refs } = await examples(given);
  const tag = encodeURIComponent(`${key}=${value}`);
  const pages = (address: string, count: number) =>
    Array.from(
      { length: count },
      (_, index) => `${address}${address.includes('?') ? '&' : '?'}offset=${index}`,
    );
  const byTag = `/api/resources?tag=${tag}&group=type`;
  const urls: readonly (readonly [string, string | readonly string[], number])[] = [
    ['overview, month to date', '/api/overview', READERS],
    ['overview, last 12 months by account', '/api/overview?dates=last-12-months&by=account', READERS],
    ['overview, one service', '/api/overview?service=Amazon+Relational+Database+Service', READERS],
    [
      'overview, last 12 months by tag',
      `/api/overview?dates=last-12-months&by=${encodeURIComponent(`tag:${key}`)}`,
      READERS,
    ],
    ['top 50 resources, 30 days, by tag, grouped by type', byTag, READERS],
    ['the same, each for the first time', pages(byTag, 2_000), READERS],
    ['the same, each for the first time, one reader', pages(byTag, 2_000).reverse(), 1],
    ['top 50 of all resources', '/api/resources', READERS],
    ['the same, each for the first time', pages('/api/resources', 2_000), READERS],
    // A small organization of the generator may have none that costs anything by now.
    ...(refs[0] === undefined
      ? []
      : ([
          ['one resource', `/api/resources/${refs[0]}`, READERS],
          ['one resource, each for the first time', refs.map((ref) => `/api/resources/${ref}`), READERS],
          [
            'one resource, each for the first time, one reader',
            refs.map((ref) => `/api/resources/${ref}`).reverse(),
            1,
          ],
        ] as const)),
  ];
  const known = urls.flatMap(([label, url]) =>
    typeof url === 'string' ? [[label, base + url] as const] : [],
  );
  for (const [label, url] of known) row(`${label}, just loaded`, `once ${ms(await firstLook(url, cookie))}`);
  await settle(given.ownerUrl);
  say(`\nAPI with ${READERS} readers at once, ${SECONDS} s each`);
  // A server that has just started compiles what it runs for the first time.
  for (const [, url] of known) await benchUrl(url, cookie, READERS, 4);
  for (const [label, url, readers] of urls) {
    const asked = typeof url === 'string' ? base + url : url.map((one) => base + one);
    const found = await benchUrl(asked, cookie, readers, SECONDS);
    row(
      label,
      `p50 ${ms(found.p50)}  p95 ${ms(found.p95)}  ${found.perSecond.toFixed(0)}/s${found.failed > 0 ? `  FAILED ${found.failed}` : ''}`,
    );
  }
  const asOf = await asOfCosts(given);
  if (asOf === null) return;
  const duck = await benchDuckDb(
    { ownerUrl: given.ownerUrl, connectionId: given.loaded.connectionId, asOf },
    { key, value },
  );
  row('DuckDB, the same answer, native tables', ms(duck.sameAnswer));
  row('DuckDB, top 50 and costs of groups alone', ms(duck.topAndGroups));
  row('DuckDB, the same, the tag in a column of its own', ms(duck.ownColumn));
}
