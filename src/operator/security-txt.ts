import type { Operator } from './operator';

const DAY_MS = 86_400_000;
/** Half a year: RFC 9116 asks for less than a year, and whoever fetched it should ask again before that. */
const VALID_DAYS = 180;

/**
 * The text of /.well-known/security.txt (RFC 9116), or null where the operator gave no contact. It is written anew for
 * each request and runs out 179 to 180 days after `now`. Addresses that are not https are left out, as the RFC has it.
 */
export function renderSecurityTxt(operator: Operator, appUrl: string, now: Date): string | null {
  const contacts = [
    ...(operator.securityUrl ? [operator.securityUrl] : []),
    ...(operator.securityEmail ? [`mailto:${operator.securityEmail}`] : []),
  ];
  if (contacts.length === 0) return null;
  const expires = new Date((Math.floor(now.getTime() / DAY_MS) + VALID_DAYS) * DAY_MS);
  const own = appUrl.startsWith('https://');
  const fields: readonly (readonly [string, string | null])[] = [
    ...contacts.map((contact) => ['Contact', contact] as const),
    ['Expires', expires.toISOString().replace('.000Z', 'Z')],
    ['Encryption', operator.pgpUrl],
    ['Preferred-Languages', 'en'],
    ['Canonical', own ? `${appUrl}/.well-known/security.txt` : null],
    ['Policy', own ? `${appUrl}/security#report` : null],
  ];
  const lines = fields.filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`);
  return `${lines.join('\n')}\n`;
}
