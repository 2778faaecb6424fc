import type { ExportFormat } from '../world/billing-state';

/** How files of a format are named, and how DuckDB writes them. */
export const FORMATS: Record<ExportFormat, { extension: string; copy: string }> = {
  'focus-1.2': { extension: 'snappy.parquet', copy: 'format parquet, compression snappy' },
  'cur-2.0': { extension: 'snappy.parquet', copy: 'format parquet, compression snappy' },
  'cur-legacy': { extension: 'csv.gz', copy: 'format csv, header, compression gzip' },
};
