import { FileColumns, type Reading } from './file-columns';
import { lineItemColumns, type LineItemColumn, type LineItemType } from './line-item';
import type { ColumnRule, Mapping, SourceColumn, SourceFile } from './mapping';
import { literal } from './sql';

/** A column of the line item as SQL over the rows of one file. */
export interface CompiledColumn {
  readonly name: string;
  readonly type: LineItemType;
  /** Null where the row has no value that can be kept exactly; of a text that may be absent it is ''. */
  readonly value: string;
  readonly isRequired: boolean;
  /** Every column of the file that the value is made of and that may be unreadable. */
  readonly readings: readonly Reading[];
}

const NOTHING: Readonly<Record<LineItemType, string>> = {
  date: 'cast(null as date)',
  amount: 'cast(null as decimal(38,18))',
  number: 'cast(null as decimal(38,18))',
  text: `''`,
  tags: `'{}'`,
};

/** Texts without which a row is of no use, besides what the line item requires itself. */
const REQUIRED_TEXTS = ['billing_currency', 'charge_category'];

function readAs(type: LineItemType, file: SourceFile, names: readonly string[]): string {
  if (type === 'date') return file.day(...names);
  if (type === 'text') return file.text(...names);
  if (type === 'tags') return names.map((name) => file.tags(name)).join('');
  return file.amount(...names);
}

function valueOf(column: LineItemColumn, ofColumn: ColumnRule, file: SourceFile): string {
  if ('absent' in ofColumn) return NOTHING[column.type];
  if ('constant' in ofColumn) return literal(ofColumn.constant);
  if ('from' in ofColumn) return readAs(column.type, file, ofColumn.from);
  return ofColumn.rule(file);
}

/** Turns a mapping into SQL for the columns that a file has. Throws where the mapping leaves a line item column out. */
export function compile(mapping: Mapping, columns: readonly SourceColumn[]): CompiledColumn[] {
  return lineItemColumns.map((column) => {
    const ofColumn = mapping.lineItem[column.name];
    if (!ofColumn) throw new Error(`The mapping of ${mapping.format} says nothing of ${column.name}.`);
    const file = new FileColumns(columns);
    const value = valueOf(column, ofColumn, file);
    const isRequired = column.required === true || REQUIRED_TEXTS.includes(column.name);
    return { name: column.name, type: column.type, value, isRequired, readings: file.readings };
  });
}
