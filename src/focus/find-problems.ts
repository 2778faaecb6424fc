import { compile, type CompiledColumn } from './compile';
import type { Reading } from './file-columns';
import type { RecognisedFile } from './map';
import { identifier, literal } from './sql';

/** The column of the relation that numbers its rows, from 1. */
export const ROW_COLUMN = '__row';
const SHOWN_LENGTH = 200;

interface Check {
  /** SQL for whether a row has this problem. */
  readonly isProblem: string;
  /** SQL for the struct that tells it. */
  readonly told: string;
}

const told = (column: string, shown: string, message: string) =>
  `{column_name: ${literal(column)}, value: left(coalesce(${shown}, ''), ${SHOWN_LENGTH}), message: ${message}}`;

const isUnreadable = (reading: Reading) => `coalesce(${reading.isUnreadable}, false)`;

function unreadable(column: CompiledColumn, reading: Reading): Check {
  const isLost = column.type === 'tags' ? 'true' : `(${column.value}) is null`;
  return {
    isProblem: `(${isUnreadable(reading)} and ${isLost})`,
    told: told(reading.column, reading.shown, reading.message),
  };
}

/** Told of the file's column where the value is that column and nothing else, otherwise of the line item's. */
function missing(column: CompiledColumn): Check {
  const own = column.readings.find((reading) => reading.result === column.value);
  const message = own ? 'is missing' : 'cannot be worked out from the columns of the file';
  const isRead = column.readings.map((reading) => `not ${isUnreadable(reading)}`);
  return {
    isProblem: `(${[`(${column.value}) is null`, ...isRead].join(' and ')})`,
    told: told(own?.column ?? column.name, 'null', literal(message)),
  };
}

function checksOf(column: CompiledColumn): Check[] {
  const readings = new Map(column.readings.map((reading) => [reading.column, reading]));
  const checks = [...readings.values()].map((reading) => unreadable(column, reading));
  return column.isRequired ? [...checks, missing(column)] : checks;
}

/**
 * SQL for the rows of `relation` that cannot be loaded as they are: (row_number, column_name, value, message), at most `limit`.
 * `column_name` is as the file spells it and `value` is cut to 200 characters. Rows are numbered by the relation's `__row` where
 * it has one, otherwise in the order in which DuckDB reads them. The query never fails because of what a value is.
 */
export function findProblems(recognised: RecognisedFile, relation: string, limit: number): string {
  const checks = compile(recognised.mapping, recognised.columns).flatMap(checksOf);
  const hasRow = recognised.columns.some((column) => column.name === ROW_COLUMN);
  const rows = hasRow
    ? relation
    : `(select *, row_number() over () as ${identifier(ROW_COLUMN)} from ${relation})`;
  const each = checks.map(({ isProblem, told: problem }) => `case when ${isProblem} then ${problem} end`);
  return `select row_number, problem.column_name, problem.value, problem.message
from (
  select cast(${identifier(ROW_COLUMN)} as bigint) as row_number, unnest(list_distinct([${each.join(',\n    ')}])) as problem
  from ${rows} as source_rows
  where ${checks.map((check) => check.isProblem).join('\n    or ')}
)
where problem is not null
order by row_number, problem.column_name
limit ${Math.max(0, Math.trunc(limit))}`;
}
