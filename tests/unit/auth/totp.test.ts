import { describe, expect, it } from 'vitest';
import { checkTotp, newTotpSecret, qrSvg, totpUri } from '@/features/auth/totp';

// RFC 6238, appendix B: SHA-1, the secret "12345678901234567890"; its eight digits cut to the last six, as RFC 4226, 5.3 says.
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const VECTORS = [
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
] as const;

const at = (seconds: number) => new Date(seconds * 1_000);
const check = (code: string, seconds: number, lastStep: bigint | null = null) =>
  checkTotp(SECRET, code, { now: at(seconds), lastStep });

describe('a code of an authenticator app', () => {
  it.each(VECTORS)('at %i s is that of RFC 6238', (seconds, digits) => {
    expect(check(digits.slice(-6), seconds)).toBe(BigInt(Math.floor(seconds / 30)));
  });

  it('counts for its step, the one before and the one after', () => {
    const code = '081804';
    const step = 37_037_036n;
    expect(check(code, 1_111_111_109)).toBe(step);
    expect(check(code, 1_111_111_109 - 30)).toBe(step);
    expect(check(code, 1_111_111_109 + 30)).toBe(step);
    expect(check(code, 1_111_111_109 - 60)).toBeNull();
    expect(check(code, 1_111_111_109 + 60)).toBeNull();
  });

  it('counts for no step that was used, nor for one before it', () => {
    const step = 37_037_036n;
    expect(check('081804', 1_111_111_109, step - 1n)).toBe(step);
    expect(check('081804', 1_111_111_109, step)).toBeNull();
    expect(check('081804', 1_111_111_109, step + 1n)).toBeNull();
  });

  it('may be typed in groups, and is six digits', () => {
    expect(check(' 081 804', 1_111_111_109)).not.toBeNull();
    for (const code of [
      '',
      '81804',
      '0081804',
      '07081804',
      '08180a',
      '０８１８０４',
      '-81804',
      '1e5',
      '081804.0',
    ]) {
      expect(check(code, 1_111_111_109), code).toBeNull();
    }
  });

  it('is of the secret that it is of', () => {
    const now = at(1_111_111_109);
    expect(checkTotp(newTotpSecret(), '081804', { now, lastStep: null })).toBeNull();
  });
});

describe('a secret', () => {
  it('has 160 random bits (RFC 4226, 4)', () => {
    const secrets = Array.from({ length: 50 }, newTotpSecret);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(secrets).size).toBe(50);
  });

  it('comes to the app as an address that names whose it is', () => {
    const uri = totpUri({ secret: SECRET, account: 'ada@example.org', issuer: 'Belvedere' });
    const url = new URL(uri);
    expect(url.protocol).toBe('otpauth:');
    expect(decodeURIComponent(url.pathname)).toMatch(/Belvedere:ada@example\.org$/);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      secret: SECRET,
      issuer: 'Belvedere',
      digits: '6',
      period: '30',
    });
  });

  it('is drawn, with nothing in the picture that runs', () => {
    const svg = qrSvg(
      totpUri({ secret: SECRET, account: '"><script>alert(1)</script>', issuer: 'Belvedere' }),
    );
    expect(svg).toMatch(/^<svg/);
    expect(svg).not.toMatch(/script|alert|onload|href/);
  });
});
