const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const RESERVED_START = /^(xn--|sthree-|amzn-s3-demo-)/;
const RESERVED_END = /(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/;
const FOLDERS = /^([A-Za-z0-9_!.'()=+@:,-]+\/)*$/;
const PREFIX_MAX_LENGTH = 256;
const BILLING_FILE = /\.(csv|csv\.gz|parquet)$/i;

/** Why no general purpose bucket can have this name; null where one can. */
export function bucketNameProblem(name: string): string | null {
  if (!BUCKET.test(name)) {
    return 'A bucket name has 3 to 63 lower case letters, digits, dots and hyphens, with a letter or digit at either end.';
  }
  if (name.includes('..')) return 'A bucket name has no two dots in a row.';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'A bucket name is no IP address.';
  if (RESERVED_START.test(name) || RESERVED_END.test(name)) {
    return 'AWS keeps this name for itself. Give the name of the bucket, and not that of an access point or a table bucket.';
  }
  return null;
}

/** A folder as S3 lists it: without a slash at its start, with one at its end; nothing for the whole bucket. */
export function folderOf(text: string): string {
  const bare = text.trim().replace(/^\/+|\/+$/g, '');
  return bare === '' ? '' : `${bare}/`;
}

/** Why we take no such folder; null where we do. `*`, `?` and `$` would widen what a policy grants. */
export function folderProblem(folder: string): string | null {
  if (folder.length > PREFIX_MAX_LENGTH) return `A folder has at most ${PREFIX_MAX_LENGTH} characters.`;
  if (!FOLDERS.test(folder)) {
    return "A folder has letters, digits and _ ! . ' ( ) = + @ : , - with single slashes between, and no space or wildcard.";
  }
  if (folder.split('/').some((part) => part === '.' || part === '..')) return 'A folder is not . or ..';
  return null;
}

export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  /** As the listing tells. */
  readonly bytes: number;
  readonly modifiedAt: Date;
}

export const isBillingFile = ({ key, bytes }: ListedObject): boolean => BILLING_FILE.test(key) && bytes > 0;

/** Newest first, and of the same time in the order of their keys. */
const newestFirst = (a: ListedObject, b: ListedObject): number =>
  b.modifiedAt.getTime() - a.modifiedAt.getTime() || (a.key < b.key ? -1 : 1);

/** The newest of them, at most so many. */
export const newestOf = <T extends ListedObject>(objects: readonly T[], count: number): T[] =>
  objects.toSorted(newestFirst).slice(0, count);

export interface KnownObject {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  readonly isGone: boolean;
}

export interface ObjectPlan<T extends ListedObject> {
  /** New ones and those that have changed, newest first. */
  readonly fetch: readonly T[];
  /** Keys that are no longer there, and those that are there again as they were. */
  readonly gone: readonly string[];
  readonly back: readonly string[];
}

/** What a look has to do. `isWhole` is false where there are more objects than were listed: then none counts as gone. */
export function planObjects<T extends ListedObject>(
  listed: readonly T[],
  known: readonly KnownObject[],
  isWhole: boolean,
): ObjectPlan<T> {
  const there = new Map(listed.map((object) => [object.key, object]));
  const before = new Map(known.map((object) => [object.key, object]));
  const isSame = (object: ListedObject, old: KnownObject | undefined) =>
    old !== undefined && old.etag === object.etag && old.bytes === object.bytes;
  return {
    fetch: newestOf(listed, listed.length).filter((object) => !isSame(object, before.get(object.key))),
    gone: isWhole ? known.filter((old) => !old.isGone && !there.has(old.key)).map((old) => old.key) : [],
    back: known.filter((old) => old.isGone && there.has(old.key)).map((old) => old.key),
  };
}
