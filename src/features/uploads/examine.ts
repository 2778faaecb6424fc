import { addDays, dayOf } from '@/domain/period';
import { DuckError, type Duck } from '@/duck/duck';
import type { FileKind } from '@/focus/export-layout';
import { findProblems } from '@/focus/find-problems';
import { lineItemColumns } from '@/focus/line-item';
import { selectColumns, type RecognisedFile } from '@/focus/map';
import { identifier, literal } from '@/focus/sql';
import { LoadFailure } from '@/features/exports/load-failure';
import { exactSum } from '@/features/exports/amounts';
import { mapFiles, numberedRows, openFiles, type FileSummary } from '@/features/exports/read-files';
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

/** The tables of words, and the column by which a row of the file names one of theirs. */
const hashes = { kinds: 'kind_hash', tag_sets: 'tags_hash', resource_words: 'resource_hash' } as const;
type Words = keyof typeof hashes;

/** What no table can hold: keys of indexes have a length, accounts are listed with commas, and PostgreSQL knows no NUL. */
const LONGEST: readonly (readonly [of: Words, column: string, bytes: number])[] = [
  ['kinds', 'sub_account_id', 256],
  ['kinds', 'service_name', 256],
  ['kinds', 'region_id', 256],
  ['resource_words', 'resource_id', 1024],
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

const textColumns = (of: 'kind' | 'resource'): string[] =>
  lineItemColumns.filter((column) => column.of === of && column.type === 'text').map((column) => column.name);

interface ValueProblem {
  readonly name: string;
  readonly value: string;
  readonly message: string;
  readonly row: string;
}

/** The column of the file that a value is made of, as the file spells it; of several the one of its name, or the first. */
function fileColumn(recognised: RecognisedFile, name: string): string {
  const { madeOf } = selectColumns(recognised, [name]);
  const own = recognised.columns.map((one) => one.name).filter((one) => madeOf.includes(identifier(one)));
  return own.find((one) => one.toLowerCase() === name.replaceAll('_', '')) ?? own[0] ?? name;
}

/** Of the values themselves, once every row can be read: each with the first row that has it. */
async function problemsOfValues(
  duck: Duck,
  recognised: RecognisedFile,
  today: string,
): Promise<FileProblem[]> {
  const latest = addDays(today, DAYS_AHEAD);
  const check = (of: Words, column: string, isWrong: string, message: string) =>
    `select ${literal(column)} as name, left(replace(${column}, chr(0), ''), 80) as value, ${literal(message)} as message,
       ${literal(hashes[of])} as part, hash from ${of} where ${isWrong}`;
  const holdsNul = (of: Words, column: string) =>
    check(of, column, `contains(${column}, chr(0))`, 'has the character NUL');
  const words = [
    ...LONGEST.map(([of, column, bytes]) =>
      check(of, column, `octet_length(encode(${column})) > ${bytes}`, `is longer than ${bytes} bytes`),
    ),
    check('kinds', 'sub_account_id', `contains(sub_account_id, ',')`, 'has a comma, which no account id has'),
    check('kinds', 'service_name', `service_name = ''`, 'is missing'),
    check('tag_sets', 'tags', `contains(tags, '\\u0000')`, 'has the character NUL'),
    ...textColumns('kind').map((column) => holdsNul('kinds', column)),
    ...textColumns('resource').map((column) => holdsNul('resource_words', column)),
  ].join(' union all ');
  const isOddDay = (column: string) =>
    `(${column} < date ${literal(OLDEST_DAY)} or ${column} > date ${literal(latest)})`;
  const days = ['charge_date', 'billing_period'];
  const [some] = await duck.rows<{ is_wrong: boolean }>(
    `select exists (${words}) or exists (select 1 from mapped where ${days.map(isOddDay).join(' or ')}) as is_wrong`,
  );
  if (!some?.is_wrong) return [];
  const ofDays = days.map(
    (column) =>
      `select ${literal(column)} as name, ${column}::varchar as value, ${literal(`lies before ${OLDEST_DAY} or after ${latest}`)} as message, row_number
       from numbered where ${isOddDay(column)} and kind_hash in (select hash from kinds)`,
  );
  const found = await duck.rows<ValueProblem>(
    `with numbered as (${numberedRows(recognised)}), words as (${words}), wrong as (
       select w.name, w.value, w.message, n.row_number from words w
       join numbered n on w.hash = case w.part when 'kind_hash' then n.kind_hash when 'tags_hash' then n.tags_hash else n.resource_hash end
       union all ${ofDays.join(' union all ')}
     )
     select name, value, message, min(row_number) as row from wrong group by all order by row, name limit ${PROBLEMS_SHOWN}`,
  );
  return found.map(({ name, value, message, row }) => ({
    ...{ row: Number(row), column: fileColumn(recognised, name), value, message },
  }));
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
    const ofValues = await problemsOfValues(duck, recognised, dayOf(now));
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
