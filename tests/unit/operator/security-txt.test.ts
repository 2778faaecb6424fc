import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operatorFrom, operatorVariables } from '@/operator/operator-env';
import { renderSecurityTxt } from '@/operator/security-txt';

const operator = (source: Record<string, string>) => operatorFrom(z.object(operatorVariables).parse(source));
const whole = operator({
  OPERATOR_SECURITY_EMAIL: 'security@acme.example',
  OPERATOR_SECURITY_URL: 'https://acme.example/report',
  OPERATOR_PGP_URL: 'https://acme.example/pgp.asc',
});
const APP = 'https://cost.acme.example';
const DAY_MS = 86_400_000;

function fieldsOf(text: string | null): [string, string][] {
  const lines = (text ?? '').split('\n');
  expect(lines.pop(), 'ends with a line break').toBe('');
  return lines.map((line) => {
    const [, name = '', value = ''] = /^([A-Z][A-Za-z-]*): (\S.*)$/.exec(line) ?? [];
    return [name, value];
  });
}

const valuesOf = (text: string | null, field: string) =>
  fieldsOf(text).flatMap(([name, value]) => (name === field ? [value] : []));

describe('security.txt', () => {
  it('is none where there is nobody to write to', () => {
    expect(
      renderSecurityTxt(operator({ OPERATOR_PGP_URL: 'https://a.example/k' }), APP, new Date()),
    ).toBeNull();
  });

  it('names every way of contact, the key, the policy and its own address', () => {
    const text = renderSecurityTxt(whole, APP, new Date('2027-03-18T10:00:00Z'));
    expect(valuesOf(text, 'Contact')).toEqual([
      'https://acme.example/report',
      'mailto:security@acme.example',
    ]);
    expect(valuesOf(text, 'Encryption')).toEqual(['https://acme.example/pgp.asc']);
    expect(valuesOf(text, 'Canonical')).toEqual([`${APP}/.well-known/security.txt`]);
    expect(valuesOf(text, 'Policy')).toEqual([`${APP}/security#report`]);
    expect(valuesOf(text, 'Preferred-Languages')).toEqual(['en']);
  });

  it.each(['2027-01-01T00:00:00.000Z', '2028-02-29T23:59:59.999Z', '2027-12-31T12:00:00.000Z'])(
    'is valid for months and never for a year, asked on %s',
    (asked) => {
      const now = new Date(asked);
      const expires = valuesOf(renderSecurityTxt(whole, APP, now), 'Expires');
      expect(expires).toHaveLength(1);
      // RFC 3339, in UTC.
      expect(expires[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const days = (Date.parse(expires[0] ?? '') - now.getTime()) / DAY_MS;
      expect(days).toBeGreaterThan(90);
      expect(days).toBeLessThan(365);
    },
  );

  it('names web addresses over https alone', () => {
    const text = renderSecurityTxt(whole, 'http://127.0.0.1:3000', new Date());
    expect(text).not.toContain('http:');
    expect(valuesOf(text, 'Contact')).toHaveLength(2);
  });
});
