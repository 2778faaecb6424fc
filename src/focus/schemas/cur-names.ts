const snake = (name: string) =>
  name
    .replace('/', '_')
    .replace(/(?<!_)[A-Z]/g, (letter) => `_${letter}`)
    .toLowerCase();

/**
 * The two spellings of a column of the Cost and Usage Report: `lineItem/UnblendedCost` in CSV, `line_item_unblended_cost` in
 * Parquet and in CUR 2.0. Source: AWS CUR user guide, "Querying Cost and Usage Reports using Amazon Athena", column names.
 */
export const spellings = (name: string): [string, string] => [name, snake(name)];
