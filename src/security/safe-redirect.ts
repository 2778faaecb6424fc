const MAX_LENGTH = 2048;
const MAX_DECODINGS = 3;

/** Undoes percent-encoding until nothing changes; null where it is broken or nested deeper than anyone has use for. */
function decodeWhole(text: string): string | null {
  let current = text;
  try {
    for (let times = 0; times < MAX_DECODINGS; times += 1) {
      const next = decodeURIComponent(current);
      if (next === current) return current;
      current = next;
    }
    return decodeURIComponent(current) === current ? current : null;
  } catch {
    return null;
  }
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
/** Browsers take a backslash for a slash; a double slash in front, or after dots are resolved, begins a host. */
const LEADS_AWAY = /\\|\/\//;

/**
 * Where to go back to after signing in: `value` where it is a path of our own origin, written in printable ASCII and with
 * at most 2048 characters; else `fallback`. A path that only becomes another host after decoding, or after a browser,
 * proxy or framework has tidied it, is refused too (OWASP, Unvalidated Redirects and Forwards).
 */
export function safeReturnPath(value: unknown, fallback: string): string {
  if (typeof value !== 'string' || value.length > MAX_LENGTH || !/^\/[\x21-\x7e]*$/.test(value)) {
    return fallback;
  }
  const decoded = decodeWhole(value);
  const path = decodeWhole(value.split(/[?#]/, 1)[0] ?? '');
  if (decoded === null || path === null || CONTROL.test(decoded)) return fallback;
  if (value.includes('\\') || LEADS_AWAY.test(path)) return fallback;
  // What a browser makes of it, as the last word.
  const origin = 'https://own.invalid';
  const parsed = URL.parse(value, origin);
  return parsed?.origin === origin && !parsed.pathname.startsWith('//') ? value : fallback;
}
