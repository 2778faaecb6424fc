import { addDays, dayOf } from '@/domain/period';
import { DuckError, type Duck } from '@/duck/duck';
import type { FileKind } from '@/focus/export-layout';
import { findProblems } from '@/focus/find-problems';
import type { RecognisedFile } from '@/focus/map';
import { literal } from '@/focus/sql';
import { LoadFailure } from '@/features/exports/load-failure';
import { exactSum } from '@/features/exports/amounts';
import { mapFiles, openFiles, type FileSummary } from '@/features/exports/read-files';
import type { FileProblem, FileTotal } from './schemas';

export interface Examined extends FileSummary {
  readonly format: string;
  readonly leftOutRows: number;
  readonly totals: readonly FileTotal[];
  readonly currencies: readonly string[];
  readonly warnings: readonly string[];
  readonly problems: readonly FileProblem[];
  readonly problemCount: number;
}

const PROBLEMS_SHOWN = 100;
const OLDEST_DAY = '2000-01-01';
const DAYS_AHEAD = 400;

/** What no table can hold: keys of indexes have a length, accounts are listed with commas, and PostgreSQL knows no NUL. */
const LONGEST: readonly (readonly [of: 'kinds' | 'resources', column: string, bytes: number])[] = [
  ['kinds', 'sub_account_id', 256],
  ['kinds', 'service_name', 256],
  ['kinds', 'region_id', 256],
  ['resources', 'resource_id', 1024],
];

async function problemsOfRows(duck: Duck, recognised: RecognisedFile): Promise<[FileProblem[], number]> {
  const found = await duck.rows<{ row_number: string; column_name: string; value: string; message: string }>(
    findProblems(recognised, 'source', PROBLEMS_SHOWN),
  );
  if (found.length === 0) return [[], 0];
  const [all] = await duck.rows<{ n: string }>(
    `select count(*) as n from (${findProblems(recognised, 'source', Number.MAX_SAFE_INTEGER)})`,
  );
  const problems = found.map((one) => ({
    row: Number(one.row_number),
    column: one.column_name,
    value: one.value,
    message: one.message,
  }));
  return [problems, Number(all?.n)];
}

/** Of the values themselves, once every row can be read. */
async function problemsOfValues(duck: Duck, today: string): Promise<FileProblem[]> {
  const latest = addDays(today, DAYS_AHEAD);
  const checks = [
    ...LONGEST.map(
      ([table, column, bytes]) =>
        `select ${literal(column)} as name, left(${column}, 80) as value, ${literal(`is longer than ${bytes} bytes`)} as message
         from ${table} where octet_length(encode(${column})) > ${bytes}`,
    ),
    `select 'sub_account_id', left(sub_account_id, 80), 'has a comma, which no account id has' from kinds where contains(sub_account_id, ',')`,
    `select 'service_name', '', 'is missing' from kinds where service_name = ''`,
    `select 'tags', '', 'has the character NUL' from tag_sets where contains(tags, '\\u0000')`,
    `select 'resource_id', '', 'has the character NUL' from resources where contains(concat(resource_id, name, resource_type), chr(0))`,
    `select 'text', '', 'has the character NUL' from kinds where contains(kinds::varchar, chr(0))`,
    ...['charge_date', 'billing_period'].map(
      (column) =>
        `select ${literal(column)}, ${column}::varchar, ${literal(`lies before ${OLDEST_DAY} or after ${latest}`)} from mapped
         where ${column} < date ${literal(OLDEST_DAY)} or ${column} > date ${literal(latest)}`,
    ),
  ];
  const found = await duck.rows<{ name: string; value: string; message: string }>(
    `select distinct name, value, message from (${checks.map((check) => `(${check})`).join(' union all ')}) limit ${PROBLEMS_SHOWN}`,
  );
  return found.map(({ name, value, message }) => ({ row: null, column: name, value, message }));
}

async function totalsOf(duck: Duck): Promise<FileTotal[]> {
  const rows = await duck.rows<{
    provider: string;
    currency: string;
    n: string;
    billed_cost: string;
    effective_cost: string;
  }>(
    `select k.provider_name as provider, k.billing_currency as currency, count(*) as n,
       ${['billed_cost', 'effective_cost'].map((name) => `${exactSum(name)} as ${name}`).join(', ')}
     from mapped m join (select distinct hash, provider_name, billing_currency from kinds) k on k.hash = m.kind_hash
     group by 1, 2 order by 3 desc, 1, 2`,
  );
  const trim = (amount: string) => (amount.includes('.') ? amount.replace(/\.?0+$/, '') : amount);
  return rows.map((row) => ({
    provider: row.provider,
    currency: row.currency,
    rows: Number(row.n),
    billed: trim(row.billed_cost),
    effective: trim(row.effective_cost),
  }));
}

const formatOf = ({ mapping, version }: RecognisedFile) =>
  version ? `${mapping.format} ${version}` : mapping.format;

/**
 * Reads a whole file and says what it would bring, or why it cannot be loaded; afterwards `mapped` is there for `writeFacts`
 * unless there are problems. Throws LoadFailure for a file that is damaged or of no format that we read.
 */
export async function examine(
  duck: Duck,
  files: { paths: readonly string[]; kind: FileKind },
  { leftOut, now }: { leftOut: readonly string[]; now: Date },
): Promise<Examined> {
  const recognised = await openFiles(duck, files);
  try {
    const [count] = await duck.rows<{ n: string }>('select count(*) as n from source');
    const rows = Number(count?.n ?? 0);
    if (rows === 0) throw new LoadFailure('not-understood', 'The file has column names and no row.');
    const base = { format: formatOf(recognised), warnings: recognised.warnings };
    const [problems, problemCount] = await problemsOfRows(duck, recognised);
    const nothing = {
      firstDate: null,
      lastDate: null,
      isDaily: false,
      leftOutRows: 0,
      totals: [],
      currencies: [],
    };
    if (problemCount > 0) return { ...base, ...nothing, sourceRows: rows, problems, problemCount };
    const summary = await mapFiles(duck, recognised, leftOut);
    const ofValues = await problemsOfValues(duck, dayOf(now));
    if (ofValues.length > 0) {
      return { ...base, ...nothing, sourceRows: rows, problems: ofValues, problemCount: ofValues.length };
    }
    const totals = await totalsOf(duck);
    return {
      ...base,
      ...summary,
      leftOutRows: rows - summary.sourceRows,
      totals,
      currencies: [...new Set(totals.map((total) => total.currency))].sort(),
      problems: [],
      problemCount: 0,
    };
  } catch (error) {
    if (error instanceof DuckError) throw LoadFailure.ofFile(error);
    throw error;
  }
}
