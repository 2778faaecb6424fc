import { DuckDBInstance } from '@duckdb/node-api';
import type { Ctx } from '../../src/context';
import type { Env } from '../../src/env';
import { withSql } from '../../src/context';
import type { Runtime } from '../../src/runtime';
import { benchUrl, sessionCookie } from '../bench-web';
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

/** The same question to DuckDB on the same rows in a native table: its own best case, without HTTP. */
async function inDuckDb(given: Given, tag: { key: string; value: string }): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: '2',
  });
  const connection = await instance.connect();
  const appender = async (table: string, columns: string, text: string) => {
    await connection.run(`create table ${table} (${columns})`);
    const rows = await withSql(
      given.ctx,
      'read',
      async (sql) => (await sql.query<Record<string, unknown>>(text)).rows,
    );
    for (let at = 0; at < rows.length; at += 5_000) {
      const page = JSON.stringify(rows.slice(at, at + 5_000)).replaceAll("'", "''");
      await connection.run(
        `insert into ${table} select unnest(from_json('${page}', '[${JSON.stringify(Object.fromEntries(columns.split(', ').map((one) => one.split(' ') as [string, string])))}]'), recursive := true)`,
      );
    }
  };
  await appender(
    'resource',
    'k INTEGER, type VARCHAR, tag VARCHAR',
    `select resource_key as k, resource_type as type, tags ->> '${tag.key.replaceAll("'", "''")}' as tag from resource where connection_id = '${given.loaded.connectionId}'`,
  );
  const { rows } = await withSql(given.ctx, 'read', (sql) =>
    sql.query<{ as_of: string }>('select as_of from resource_cost where connection_id = $1 limit 1', [
      given.loaded.connectionId,
    ]),
  );
  const asOf = rows[0]?.as_of ?? '';
  await appender(
    'item',
    'k INTEGER, d DATE, c DECIMAL(38,18)',
    `select resource_key as k, charge_date as d, effective_cost::text as c from line_item
     where connection_id = '${given.loaded.connectionId}' and charge_date >= date '${asOf}' - 60`,
  );
  const question = `select r.k, any_value(r.type), sum(i.c) filter (where i.d >= date '${asOf}' - 30) as now from item i join resource r using (k)
    where i.d >= date '${asOf}' - 30 and i.d < date '${asOf}' and r.tag = '${tag.value.replaceAll("'", "''")}' group by 1 order by now desc limit 50`;
  const grouped = `select r.type, sum(i.c) from item i join resource r using (k)
    where i.d >= date '${asOf}' - 30 and i.d < date '${asOf}' and r.tag = '${tag.value.replaceAll("'", "''")}' group by 1`;
  const times: number[] = [];
  for (let turn = 0; turn < 12; turn += 1) {
    const started = performance.now();
    await connection.runAndReadAll(question);
    await connection.runAndReadAll(grouped);
    times.push(performance.now() - started);
  }
  connection.closeSync();
  instance.closeSync();
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Latencies of the API with eight readers at once, and of one alone where that is what a target is about. */
export async function benchReaders(given: Given): Promise<void> {
  const { runtime, ctx, env, base, row, say } = given;
  const userId = ctx.actor.kind === 'user' ? ctx.actor.userId : '';
  const cookie = await sessionCookie(runtime, userId, env.authSecret);
  const { key, value, refs } = await examples(given);
  const tag = encodeURIComponent(`${key}=${value}`);
  say(`\nAPI with ${READERS} readers at once, ${SECONDS} s each`);
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
        ] as const)),
  ];
  for (const [label, url, readers] of urls) {
    const asked = typeof url === 'string' ? base + url : url.map((one) => base + one);
    const found = await benchUrl(asked, cookie, readers, SECONDS);
    row(
      label,
      `p50 ${ms(found.p50)}  p95 ${ms(found.p95)}  ${found.perSecond.toFixed(0)}/s${found.failed > 0 ? `  FAILED ${found.failed}` : ''}`,
    );
  }
  row('DuckDB, the same top 50 and groups, native table', ms(await inDuckDb(given, { key, value })));
}
