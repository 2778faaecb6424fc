import { describe, expect, it } from 'vitest';
import type { ProbeOutcome, ProbeReport } from '@/aws/port';
import { judgeProbes } from '@/features/connections/verify-connection';

const OUTCOMES: readonly ProbeOutcome[] = ['denied', 'allowed', 'inconclusive'];

const report = (parts: Partial<ProbeReport>): ProbeReport => ({
  without: 'denied',
  wrong: 'denied',
  right: 'allowed',
  accountMatches: true,
  detail: null,
  ...parts,
});

describe('judgeProbes', () => {
  it('T07 takes one answer of all for proof: denied, denied, allowed, and the right account', () => {
    const proven: ProbeReport[] = [];
    for (const without of [...OUTCOMES, null]) {
      for (const wrong of [...OUTCOMES, null]) {
        for (const right of OUTCOMES) {
          for (const accountMatches of [true, false, null]) {
            const one = report({ without, wrong, right, accountMatches });
            if (judgeProbes(one).kind === 'proven') proven.push(one);
          }
        }
      }
    }
    expect(proven).toEqual([report({})]);
  });

  it.each([
    ['opens without an id', { without: 'allowed', wrong: 'allowed' }, 'opens-without-external-id'],
    [
      'opens without an id, and the rest is unclear',
      { without: 'allowed', wrong: 'inconclusive' },
      'opens-without-external-id',
    ],
    [
      'opens without an id, but not with ours',
      { without: 'allowed', right: 'denied' },
      'opens-without-external-id',
    ],
    ['opens with any id', { wrong: 'allowed' }, 'opens-with-any-external-id'],
    [
      'opens with a wrong id and not with ours',
      { wrong: 'allowed', right: 'denied' },
      'opens-with-any-external-id',
    ],
    [
      'opens with any id, and the rest is unclear',
      { without: 'inconclusive', wrong: 'allowed' },
      'opens-with-any-external-id',
    ],
    ['belongs to another account', { accountMatches: false }, 'other-account'],
  ] as const)('T07 refuses a role that %s', (_, parts, kind) => {
    expect(judgeProbes(report(parts))).toMatchObject({ kind: 'refused', failure: { kind } });
  });

  it.each([
    ['the right id', { right: 'inconclusive', accountMatches: null, detail: 'throttled' }],
    ['no id', { without: 'inconclusive', detail: 'unavailable' }],
    ['the wrong id', { wrong: 'inconclusive', detail: 'unavailable' }],
    [
      'everything',
      {
        without: 'inconclusive',
        wrong: 'inconclusive',
        right: 'inconclusive',
        accountMatches: null,
        detail: 'throttled',
      },
    ],
    ['the account', { accountMatches: null, detail: 'unavailable' }],
    [
      'a probe of the right id alone',
      { without: null, wrong: null, right: 'inconclusive', accountMatches: null, detail: 'throttled' },
    ],
  ] as const)('T07 concludes nothing where AWS gave no clear answer to %s', (_, parts) => {
    expect(judgeProbes(report(parts))).toMatchObject({
      kind: 'inconclusive',
      failure: { kind: parts.detail },
    });
  });

  it("T18 says whose fault it is where the operator's credentials failed", () => {
    const verdict = judgeProbes(
      report({ right: 'inconclusive', accountMatches: null, detail: 'our-credentials' }),
    );
    expect(verdict).toMatchObject({
      failure: { message: expect.stringContaining("operator's own AWS credentials") },
    });
  });

  it('waits where the role does not open at all', () => {
    expect(judgeProbes(report({ right: 'denied', accountMatches: null }))).toEqual({ kind: 'waiting' });
    const poll = report({ without: null, wrong: null, right: 'denied', accountMatches: null });
    expect(judgeProbes(poll)).toEqual({ kind: 'waiting' });
  });
});
