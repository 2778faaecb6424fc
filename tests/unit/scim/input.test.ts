import { describe, expect, it } from 'vitest';
import { filterCondition, type Filterables } from '@/features/scim/filter-sql';
import { membersAfter, readGroupPatch } from '@/features/scim/group-input';
import { nameOf, readUserPatch } from '@/features/scim/user-input';
import { parseFilter } from '@/features/scim/value-filter';

const patch = (...Operations: unknown[]) => readUserPatch({ schemas: [], Operations });

describe('a PATCH of a user', () => {
  it('means the same in every dialect', () => {
    const dialects = [
      { op: 'replace', path: 'active', value: false },
      { op: 'Replace', path: 'active', value: 'False' },
      { op: 'replace', value: { active: false } },
      { op: 'REPLACE', value: { Active: 'false' } },
      { op: 'add', path: 'urn:ietf:params:scim:schemas:core:2.0:User:active', value: 'FALSE' },
      { OP: 'replace', PATH: 'Active', VALUE: false },
    ];
    for (const one of dialects)
      expect(patch(one), JSON.stringify(one)).toEqual({ active: false, profile: {} });
  });

  it('keeps the one address for work, whichever way it is named', () => {
    const kept = [
      { op: 'add', path: 'emails[type eq "work"].value', value: 'A@b.example' },
      { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'a@b.example' } },
      { op: 'replace', path: 'emails[primary eq true].value', value: 'a@b.example' },
      {
        op: 'replace',
        path: 'emails',
        value: [
          { type: 'home', value: 'x@y.example' },
          { type: 'work', value: 'a@b.example' },
        ],
      },
      { op: 'replace', value: { 'emails[type eq "work"].value': 'a@b.example' } },
    ];
    for (const one of kept) expect(patch(one).profile.email, JSON.stringify(one)).toBe('a@b.example');
    const passedOver = { op: 'add', path: 'emails[type eq "home"].value', value: 'h@b.example' };
    expect(patch(passedOver)).toEqual({ profile: {} });
    expect(patch({ op: 'remove', path: 'emails[type eq "work"]' }).profile.email).toBeNull();
  });

  it('counts the later of two operations', () => {
    expect(
      patch({ op: 'add', path: 'name.givenName', value: 'A' }, { op: 'remove', path: 'name' }).profile,
    ).toEqual({ formatted: null, givenName: null, familyName: null });
  });
});

describe('the name that is shown', () => {
  it('is the first that is there', () => {
    const parts = { givenName: 'Ada', familyName: 'Lovelace' };
    expect(nameOf({ displayName: 'Countess', formatted: 'Ada L.', ...parts }, 'a@b.example')).toBe(
      'Countess',
    );
    expect(nameOf({ displayName: null, formatted: 'Ada L.', ...parts }, 'a@b.example')).toBe('Ada L.');
    expect(nameOf(parts, 'a@b.example')).toBe('Ada Lovelace');
    expect(nameOf({ familyName: 'Lovelace' }, 'a@b.example')).toBe('Lovelace');
    expect(nameOf({}, 'ada@b.example')).toBe('ada');
  });
});

describe('a PATCH of a group', () => {
  const after = (before: string[], ...Operations: unknown[]) =>
    [...membersAfter(new Set(before), readGroupPatch({ Operations }).members)].toSorted();

  it('adds, removes and replaces members in order', () => {
    expect(after(['a'], { op: 'add', path: 'members', value: [{ value: 'B' }] })).toEqual(['a', 'b']);
    expect(after(['a'], { op: 'add', path: 'members', value: { value: 'b' } })).toEqual(['a', 'b']);
    expect(after(['a'], { op: 'add', value: { members: [{ value: 'b' }] } })).toEqual(['a', 'b']);
    expect(after(['a', 'b'], { op: 'remove', path: 'members[value eq "A"]' })).toEqual(['b']);
    expect(after(['a', 'b', 'c'], { op: 'remove', path: 'members[value eq "a" or value eq "b"]' })).toEqual([
      'c',
    ]);
    expect(after(['a', 'b'], { op: 'Remove', path: 'members', value: [{ value: 'a' }] })).toEqual(['b']);
    expect(after(['a', 'b'], { op: 'remove', path: 'members' })).toEqual([]);
    expect(after(['a', 'b'], { op: 'replace', path: 'members', value: [{ value: 'c' }] })).toEqual(['c']);
    expect(
      after(
        ['a'],
        { op: 'remove', path: 'members' },
        { op: 'add', path: 'members', value: [{ value: 'z' }] },
      ),
    ).toEqual(['z']);
  });

  it('takes no path for members that could mean more than it says', () => {
    for (const path of [
      'members[value ne "a"]',
      'members[display eq "a"]',
      'members[value eq "a" and value eq "b"]',
      'members[value pr]',
    ]) {
      expect(() => after(['a'], { op: 'remove', path }), path).toThrow(
        expect.objectContaining({ status: 400 }),
      );
    }
  });
});

describe('a filter', () => {
  const known: Filterables = { username: { sql: 'u.email', kind: 'lowered' } };

  it('carries every value as a parameter', () => {
    const { sql, values } = filterCondition(`userName eq "x') or true --" and userName sw "y"`, known, 4);
    expect(values).toEqual([`x') or true --`, 'y']);
    expect(sql).toBe('((u.email = $4::text) and starts_with(u.email, $5::text))');
  });

  it('is read in a moment, whatever is sent', () => {
    const started = performance.now();
    for (const text of [
      `a eq "${'\n'.repeat(40)}`,
      `${'('.repeat(5_000)}`,
      `a eq "${'\\'.repeat(900)}`,
      'not '.repeat(240),
    ]) {
      expect(() => parseFilter(text)).toThrow(expect.objectContaining({ scimType: 'invalidFilter' }));
    }
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
