import 'server-only';

const written = new WeakMap<object, string>();

/** An answer as JSON under its name; one that is kept in memory, and so handed out again, is written once. */
export function jsonOnce(name: string, answer: object | null): Response {
  const known = answer && written.get(answer);
  const text = known ?? JSON.stringify({ [name]: answer });
  if (answer && !known) written.set(answer, text);
  return new Response(text, { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' } });
}
