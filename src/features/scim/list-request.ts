import { ScimError } from './scim-error';

export const PAGE_MAX = 200;
const PAGE_DEFAULT = 100;

export interface ListRequest {
  readonly filter: string | null;
  /** Counted from 1. */
  readonly startIndex: number;
  readonly count: number;
}

function wholeNumber(name: string, text: string | null, standard: number): number {
  if (text === null || text === '') return standard;
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw new ScimError(400, 'invalidValue', `${name} must be a whole number.`);
}

/** Paging as in RFC 7644, 3.4.2.4: what is below the least is the least, and a page has at most 200. */
export function readListRequest(search: URLSearchParams): ListRequest {
  return {
    filter: search.get('filter'),
    startIndex: Math.max(1, wholeNumber('startIndex', search.get('startIndex'), 1)),
    count: Math.min(PAGE_MAX, Math.max(0, wholeNumber('count', search.get('count'), PAGE_DEFAULT))),
  };
}

export const listResponse = (resources: readonly object[], totalResults: number, startIndex: number) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});
