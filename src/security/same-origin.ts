/** Where other sites are meant to write to; each of these proves in its own way who sent what. */
const FROM_ELSEWHERE = [/^\/sso\/[^/]+\/[^/]+\/(acs|slo)$/, /^\/scim\/v2(\/|$)/, /^\/api\//];

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** The Origin header. */
  readonly origin: string | null;
  /** The Sec-Fetch-Site header. */
  readonly site: string | null;
  /** The host that the browser asked. */
  readonly host: string | null;
}

/**
 * True where a request that may change something does not come from a page of our own. A browser says with each POST where it
 * comes from, so one that does not say is refused too (OWASP, Cross-Site Request Forgery Prevention).
 */
export function isFromElsewhere({ method, path, origin, site, host }: Asked): boolean {
  if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') return false;
  if (FROM_ELSEWHERE.some((pattern) => pattern.test(path))) return false;
  if (site !== null && site !== 'same-origin') return true;
  return origin === null || !URL.canParse(origin) || new URL(origin).host !== host;
}
