import { describe, expect, it } from 'vitest';
import { mappedRole, readGroupRules, roleOfGroups, type GroupRule } from '@/domain/group-roles';

const rules: GroupRule[] = [
  { group: 'Staff', role: 'viewer' },
  { group: 'FinOps', role: 'editor' },
  { group: 'IT', role: 'admin' },
  { group: 'finops', role: 'viewer' },
];

describe('the role of groups', () => {
  it('is the highest that any of them gives', () => {
    const cases: [string[], string][] = [
      [[], 'viewer'],
      [['Nobody'], 'viewer'],
      [['Staff', 'IT', 'FinOps'], 'admin'],
      [['finOPS'], 'editor'],
      [[' IT '], 'admin'],
      [['ITS'], 'viewer'],
    ];
    for (const [groups, role] of cases)
      expect(roleOfGroups(groups, rules, 'viewer'), groups.join()).toBe(role);
    expect(roleOfGroups(['Nobody'], rules, 'editor')).toBe('editor');
    expect(mappedRole(['Nobody'], rules)).toBeNull();
    expect(mappedRole(['IT'], [])).toBeNull();
  });

  it('is never given by a rule that nobody can read', () => {
    expect(
      readGroupRules([
        { group: 'IT', role: 'root' },
        { group: ' ', role: 'owner' },
        { group: 7, role: 'owner' },
        { role: 'owner' },
        null,
        'IT=owner',
        { group: 'FinOps', role: 'editor' },
      ]),
    ).toEqual([{ group: 'FinOps', role: 'editor' }]);
    for (const stored of [null, undefined, {}, 'x', { group: 'IT', role: 'owner' }]) {
      expect(readGroupRules(stored)).toEqual([]);
    }
  });
});
