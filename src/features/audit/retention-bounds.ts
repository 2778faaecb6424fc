/** Apart from the schemas, so that the browser need not load those. The database keeps the last 30 days by itself. */
export const MIN_RETENTION_DAYS = 30;
export const MAX_RETENTION_DAYS = 3_650;
