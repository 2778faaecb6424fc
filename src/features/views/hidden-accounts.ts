/** Stands in a view for every account that its reader may not see. No account has this ref. */
export const HIDDEN_REF = 'a000000000000';

type Entries = [string, string][];

const entriesOf = (query: string): Entries => [...new URLSearchParams(query)];

function toQuery(entries: Entries): string {
  const once = entries.filter(
    ([key, value], index) =>
      key !== 'account' || entries.findIndex((other) => other[0] === key && other[1] === value) === index,
  );
  return new URLSearchParams(once).toString();
}

const refsOf = (query: string) => new URLSearchParams(query).getAll('account');

/** The query without a trace of accounts that are not among `seen`, nor of how many they are. It matches none of them. */
export function withoutHidden(query: string, seen: ReadonlySet<string>): string {
  return toQuery(
    entriesOf(query).map(([key, value]) => [key, key !== 'account' || seen.has(value) ? value : HIDDEN_REF]),
  );
}

/** The other way round: a limited person who changes a view leaves in it what of it they cannot see. */
export function withHidden(query: string, stored: string, seen: ReadonlySet<string>): string {
  const hidden = refsOf(stored).filter((ref) => !seen.has(ref));
  return toQuery(
    entriesOf(query).flatMap(([key, value]): Entries =>
      key === 'account' && value === HIDDEN_REF ? hidden.map((ref) => [key, ref]) : [[key, value]],
    ),
  );
}

/** Whether the view is about other accounts alone, so that its very name may be one of theirs. */
export function isHidden(query: string, seen: ReadonlySet<string>): boolean {
  const refs = refsOf(query);
  return refs.length > 0 && refs.every((ref) => !seen.has(ref));
}
