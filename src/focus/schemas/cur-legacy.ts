import { rule, type Mapping, type SourceFile } from '../mapping';
import { curLineItem, curRequired, curWarnings } from './cur';
import { spellings } from './cur-names';
import { withCategories } from '../tag-json';

const CSV_PREFIX = 'resourceTags/';
const PARQUET_PREFIX = 'resource_tags_';

type TagColumns = Pick<SourceFile, 'startingWith'>;

// `resourceTags/user:Team` and `resource_tags_user_team`. A tag that AWS made keeps its prefix, so it cannot hide one of the user's.
const keyOf = (name: string) => name.replace(/^resource_?tags[/_](user[:_])?/i, '');
const tagColumnsOf = (file: TagColumns) =>
  [CSV_PREFIX, PARQUET_PREFIX]
    .flatMap((prefix) => file.startingWith(prefix))
    .map((name) => ({ name, key: keyOf(name) }));

const categoryColumnsOf = (file: TagColumns) =>
  ['costCategory/', 'cost_category_'].flatMap((prefix) =>
    file.startingWith(prefix).map((name) => ({ name, key: name.slice(prefix.length) })),
  );

/** The legacy Cost and Usage Report: CSV with names such as `lineItem/UnblendedCost`, or Parquet with `line_item_unblended_cost`. */
export const legacyCurMapping: Mapping = {
  format: 'CUR',
  source: 'AWS CUR user guide: Data dictionary',
  tellTale: spellings('lineItem/UnblendedCost'),
  required: curRequired,
  warningsOf: (file) => [
    ...curWarnings((name) => file.has(name)),
    ...(tagColumnsOf(file).length > 0
      ? []
      : ['The report has no tag columns: no cost allocation tag is active, so cost is not shown by tag.']),
  ],
  lineItem: curLineItem({
    productName: (file) => file.text(...spellings('product/ProductName')),
    regionCode: (file) => file.text(...spellings('product/regionCode'), ...spellings('product/region')),
    tags: rule('AWS CUR user guide: Resource tags details, Cost categories details', (file) =>
      withCategories(file.tagColumns(tagColumnsOf(file)), file.tagColumns(categoryColumnsOf(file))),
    ),
  }),
};
