import type { ResourceList } from '../resources';

/** Lines of a page of the list, as the server sends the first one and the browser asks for the others. */
export const PAGE_LINES = 200;

/** Pages that the browser keeps: what is far from the lines in sight is asked for again. */
export const PAGES_KEPT = 40;

export const pageOfLine = (index: number): number => Math.floor(index / PAGE_LINES);

/** The pages that hold the lines from first to last, both included. */
export function pagesOfLines(first: number, last: number): number[] {
  if (last < first) return [];
  const from = pageOfLine(first);
  return Array.from({ length: pageOfLine(last) - from + 1 }, (_, at) => from + at);
}

/** Those of the pages that are nearest to one, at most `kept` of them. */
export function nearest<T>(pages: ReadonlyMap<number, T>, page: number, kept: number): Map<number, T> {
  const byDistance = [...pages].sort(([a], [b]) => Math.abs(a - page) - Math.abs(b - page));
  return new Map(byDistance.slice(0, kept));
}

/** Two answers are of one moment where everything that sums all lines is the same; otherwise lines could be missed. */
export function isSameMoment(
  a: Pick<ResourceList, 'total' | 'now' | 'asOf'>,
  b: Pick<ResourceList, 'total' | 'now' | 'asOf'>,
): boolean {
  return a.total === b.total && a.now === b.now && a.asOf === b.asOf;
}

export type PageAnswer = { readonly list: ResourceList | null } | { readonly failure: string };

const FAILURE = 'The server could not be reached.';

/** Our own API's answers, by the types that its handlers return. */
const readAnswer = async (response: Response) =>
  (await response.json()) as {
    readonly resources?: ResourceList | null;
    readonly error?: { readonly message: string };
  };

/** Asks for a page. Throws only where it was called off. */
export async function fetchPage(queryText: string, page: number, signal: AbortSignal): Promise<PageAnswer> {
  const params = new URLSearchParams(queryText);
  params.set('offset', String(page * PAGE_LINES));
  params.set('limit', String(PAGE_LINES));
  try {
    const response = await fetch(`/api/resources?${params.toString()}`, { signal });
    const body = await readAnswer(response);
    if (!response.ok) return { failure: body.error?.message ?? FAILURE };
    return { list: body.resources ?? null };
  } catch (error) {
    if (signal.aborted) throw error;
    return { failure: FAILURE };
  }
}
