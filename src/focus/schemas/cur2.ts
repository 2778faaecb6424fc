import { rule, type Mapping, type SourceFile } from '../mapping';
import { curLineItem, curRequired, curWarnings } from './cur';
import { withCategories } from '../tag-json';

/** CUR 2.0 gives a column of its own to some attributes of a product and keeps the others in the map `product`. */
const ofProduct = (file: SourceFile, ...keys: readonly string[]): string => {
  const values = keys.flatMap((key) => [file.text(`product_${key}`), file.valueOf('product', key)]);
  return `coalesce(${values.map((value) => `nullif(${value}, '')`).join(', ')}, '')`;
};

// Keys come as user_team, and user:team in older exports. A tag that AWS made keeps its prefix, so it cannot hide one of the user's.
const USER_PREFIXES = ['user_', 'user:'];

/** Cost and Usage Report 2.0 of AWS Data Exports, Parquet or CSV (where maps are JSON text). */
export const cur2Mapping: Mapping = {
  format: 'CUR 2.0',
  source: 'AWS Data Exports user guide: Cost and Usage Report (CUR) 2.0',
  tellTale: ['resource_tags', 'product'],
  required: curRequired,
  warningsOf: (file) => [
    ...curWarnings((name) => file.has(name)),
    ...(file.has('resource_tags') ? [] : ['The export has no resource_tags, so cost is not shown by tag.']),
  ],
  lineItem: curLineItem({
    productName: (file) => ofProduct(file, 'product_name'),
    regionCode: (file) => ofProduct(file, 'region_code', 'region'),
    tags: rule('AWS Data Exports user guide: Resource tags columns, Cost category columns', (file) => {
      const tags = file.tags('resource_tags', USER_PREFIXES);
      return file.has('cost_category') ? withCategories(tags, file.tags('cost_category')) : tags;
    }),
  }),
};
