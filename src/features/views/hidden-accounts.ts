/** Stands in a view for every account that its reader may not see, and for every group of accounts. No account has this ref. */
export const HIDDEN_REF = 'a000000000000';

type Entries = [string, string][];

/** Parameters that tell of accounts: one by one, or by the customer's own groups of them. */
const TELLING = ['account', 'account-group'];

/** How a group stands among the refs that somebody may see. */
export const groupRef = (group: string): string => `group ${group}`;

/** What a parameter names, as it stands among the refs that somebody may see. */
const refOf = (key: string, value: string) => (key === 'account-group' ? groupRef(value) : value);

const entriesOf = (query: string): Entries => [...new URLSearchParams(query)];

function toQuery(entries: Entries): string {
  const once = entries.filter(
    ([key, value], index) =>
      !TELLING.includes(key) ||
      entries.findIndex((other) => other[0] === key && other[1] === value) === index,
  );
  return new URLSearchParams(once).toString();
}

/** The query without a trace of accounts that are not among `seen`, nor of how many they are. It matches none of them. */
export function withoutHidden(query: string, seen: ReadonlySet<string>): string {
  return toQuery(
    entriesOf(query).map(([key, value]) => [
      key,
      !TELLING.includes(key) || seen.has(refOf(key, value)) ? value : HIDDEN_REF,
    ]),
  );
}

/** The other way round: a limited person who changes a view leaves in it what of it they cannot see. */
export function withHidden(query: string, stored: string, seen: ReadonlySet<string>): string {
  const hidden = entriesOf(stored).filter(
    ([key, value]) => TELLING.includes(key) && !seen.has(refOf(key, value)),
  );
  return toQuery(
    entriesOf(query).flatMap(([key, value]): Entries =>
      TELLING.includes(key) && value === HIDDEN_REF
        ? hidden.filter((entry) => entry[0] === key)
        : [[key, value]],
    ),
  );
}

/** Whether the view is about other accounts alone, so that its very name may be one of theirs. */
export function isHidden(query: string, seen: ReadonlySet<string>): boolean {
  const told = entriesOf(query).filter(([key]) => TELLING.includes(key));
  return told.length > 0 && told.every(([key, value]) => !seen.has(refOf(key, value)));
}
