/** A column of a billing file, as DuckDB's `describe` names it and its type. */
export interface SourceColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * What a rule may ask of the file it is applied to. Every answer is SQL text for one row. A column that the file does not
 * have answers as one that is empty, so a rule never names a column that is not there.
 */
export interface SourceFile {
  has(name: string): boolean;
  /** Names of the columns that begin so, as the file spells them. */
  startingWith(prefix: string): readonly string[];
  /** The first of these columns that says something, '' where none does. */
  text(...names: string[]): string;
  /** decimal(38,18) exactly as written, null where it is absent or cannot be kept exactly. Of several, the first that the file has. */
  amount(...names: string[]): string;
  /** The same, null where the condition (SQL) does not hold; an amount that no such row needs may be anything. */
  amountWhere(condition: string, ...names: string[]): string;
  /** The UTC day of a moment, null where it is absent or cannot be read. */
  day(...names: string[]): string;
  /** A three letter code, null where it is none. */
  currency(...names: string[]): string;
  /** One of these words, null for any other. */
  oneOf(words: readonly string[], ...names: string[]): string;
  /** JSON text of strings with sorted keys, from a map, JSON text or a list of key and value; keys lose these prefixes. */
  tags(name: string, prefixes?: readonly string[]): string;
  /** The same, from one column for each key. */
  tagColumns(columns: readonly { key: string; name: string }[]): string;
  /** One value of a map or of JSON text, '' where it has none. */
  valueOf(name: string, key: string): string;
}

/** How one line item column comes from the file's columns. */
export type ColumnRule =
  /** The first of these that is there; what is done with it follows from the type of the line item's column. */
  | { readonly from: readonly string[] }
  | { readonly constant: string }
  /** The source format says nothing of it. */
  | { readonly absent: true }
  /** An expression; `source` says where the rule is published. */
  | { readonly rule: (file: SourceFile) => string; readonly source: string };

/** One source format: for each column of the line item how it comes from the format's columns. */
export interface Mapping {
  readonly format: string;
  /** Where the columns are published that are taken as they are. */
  readonly source: string;
  /** Column names that only this format has, any of which tells it, in any case. */
  readonly tellTale: readonly string[];
  /** Of each group the file must have one. */
  readonly required: readonly (readonly string[])[];
  readonly lineItem: Readonly<Record<string, ColumnRule>>;
  /** Which version of the format a file with these columns is. */
  versionOf?(file: Pick<SourceFile, 'has'>): string;
  /** What the file leaves out, in words for the person who made the export. */
  warningsOf(file: Pick<SourceFile, 'has' | 'startingWith'>): string[];
}

export const from = (...names: string[]): ColumnRule => ({ from: names });
export const constant = (value: string): ColumnRule => ({ constant: value });
export const absent: ColumnRule = { absent: true };
export const rule = (source: string, expression: (file: SourceFile) => string): ColumnRule => ({
  rule: expression,
  source,
});
