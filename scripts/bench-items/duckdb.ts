import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { literal } from '../../src/focus/sql';

const TURNS = 15;
const SPANS = [7, 30, 90];

export interface DuckFigures {
  /** Everything that our answer has: totals, groups, fifty resources with all their spans. Milliseconds, the median. */
  readonly sameAnswer: number;
  /** The fifty and what the groups cost, with no span before, no counts and no totals. */
  readonly topAndGroups: number;
  /** The same where the tag that is asked for lies in a column of its own. */
  readonly ownColumn: number;
}

/** Days before the first that is not in. */
function questions(asOf: string, tag: { key: string; value: string }) {
  const day = (before: number) => `date ${literal(asOf)} - ${before}`;
  const isTagged = `r.tags[${literal(tag.key)}] = ${literal(tag.value)}`;
  const spans = SPANS.map(
    (days) =>
      `sum(c) filter (where d >= ${day(days)}) as s${days}, sum(c) filter (where d >= ${day(2 * days)} and d < ${day(days)}) as b${days}`,
  ).join(', ');
  const month = `date_trunc('month', ${day(1)})`;
  const sameAnswer = `
    with sums as materialized (
      select k, sum(c) filter (where d >= ${day(30)}) as now, sum(c) filter (where d < ${day(30)}) as before
      from item where d >= ${day(60)} and d < ${day(0)} and k > 0 group by k
    ), matched as materialized (
      select r.k, r.ref, r.type, s.now, s.before from resource r left join sums s using (k) where ${isTagged}
    ), page as materialized (
      select * from matched order by now desc nulls last, ref limit 50
    ), spans as (
      select k, ${spans}, sum(c) filter (where d >= ${month}) as m,
        sum(c) filter (where d >= ${month} - interval 1 month and d < ${day(0)} - interval 1 month) as bm
      from item where d >= ${day(180)} and d < ${day(0)} and k in (select k from page) group by k
    )
    select (select {n: count(*), priced: count(now), now: sum(now), before: sum(before)} from matched) as totals,
      (select list(g) from (
        select type, count(*) as n, count(now) as priced, sum(now) as now, sum(before) as before from matched group by 1 order by 4 desc nulls last
      ) g) as groups,
      (select list(l) from (
        select r.*, s.* from page p join resource r using (k) left join spans s using (k) order by p.now desc nulls last
      ) l) as lines`;
  const few = (condition: string) => [
    `select r.k, any_value(r.type), sum(i.c) as now from item i join resource r using (k)
     where i.d >= ${day(30)} and i.d < ${day(0)} and ${condition} group by 1 order by now desc limit 50`,
    `select r.type, sum(i.c) from item i join resource r using (k)
     where i.d >= ${day(30)} and i.d < ${day(0)} and ${condition} group by 1`,
  ];
  return {
    sameAnswer: [sameAnswer],
    topAndGroups: few(isTagged),
    ownColumn: few(`r.tag = ${literal(tag.value)}`),
  };
}

async function copyOut(owner: pg.Client, query: string, file: string): Promise<void> {
  await pipeline(owner.query(copyTo(`copy (${query}) to stdout (format csv)`)), createWriteStream(file));
}

/** The rows of the connection, as DuckDB would be given them: line items of half a year, and resources with their tags. */
async function fill(
  run: (sql: string) => Promise<unknown>,
  of: { ownerUrl: string; connectionId: string; asOf: string; key: string; directory: string },
): Promise<void> {
  const [items, resources] = [path.join(of.directory, 'items.csv'), path.join(of.directory, 'resources.csv')];
  const owner = new pg.Client({ connectionString: of.ownerUrl });
  await owner.connect();
  try {
    const ofConnection = `connection_id = ${literal(of.connectionId)}`;
    await copyOut(
      owner,
      `select resource_key, charge_date, effective_cost from line_item where ${ofConnection} and charge_date >= date ${literal(of.asOf)} - 180`,
      items,
    );
    await copyOut(
      owner,
      `select resource_key, ref, resource_id, name, resource_type, service_name, region_id, sub_account_id, state, gone_at is not null,
         first_seen, last_seen, tags from resource where ${ofConnection}`,
      resources,
    );
  } finally {
    await owner.end();
  }
  const read = (file: string, columns: string) =>
    `read_csv(${literal(file)}, header = false, auto_detect = false, columns = {${columns}})`;
  await run(
    `create table item as select k, d, cast(c as decimal(38,18)) as c
     from ${read(items, "'k': 'INTEGER', 'd': 'DATE', 'c': 'DECIMAL(18,12)'")}`,
  );
  const words = ['ref', 'id', 'name', 'type', 'service', 'region', 'account', 'state'];
  const columns = `'k': 'INTEGER', ${words.map((name) => `'${name}': 'VARCHAR'`).join(', ')}, 'gone': 'BOOLEAN', 'first': 'DATE', 'last': 'DATE', 'tags': 'VARCHAR'`;
  await run(
    `create table resource as select * replace (tags_map as tags), tags_map[${literal(of.key)}] as tag
     from (select *, cast(tags::json as map(varchar, varchar)) as tags_map from ${read(resources, columns)})`,
  );
}

/** The question of the list of resources, asked of DuckDB on the same rows in native tables, without HTTP and with both processors. */
export async function benchDuckDb(
  of: { ownerUrl: string; connectionId: string; asOf: string },
  tag: { key: string; value: string },
): Promise<DuckFigures> {
  const directory = mkdtempSync(path.join(tmpdir(), 'belvedere-bench-'));
  const instance = await DuckDBInstance.create(path.join(directory, 'native.duckdb'), { threads: '2' });
  const connection = await instance.connect();
  try {
    await fill((sql) => connection.run(sql), { ...of, key: tag.key, directory });
    const median = async (statements: readonly string[]) => {
      const times: number[] = [];
      for (let turn = 0; turn < TURNS; turn += 1) {
        const started = performance.now();
        for (const sql of statements) await connection.runAndReadAll(sql);
        times.push(performance.now() - started);
      }
      return times.sort((a, b) => a - b)[Math.floor(TURNS / 2)] ?? Number.NaN;
    };
    const { sameAnswer, topAndGroups, ownColumn } = questions(of.asOf, tag);
    return {
      sameAnswer: await median(sameAnswer),
      topAndGroups: await median(topAndGroups),
      ownColumn: await median(ownColumn),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(directory, { recursive: true, force: true });
  }
}
