import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  allGroupIds,
  notesOf,
  permissionGroups,
  REFUSED_READS,
  ROLE_NAME,
  STACK_NAME,
  TEMPLATE_VERSION,
} from '../../../src/aws/permissions';
import * as constants from '../../../src/aws/template-constants';
import { foundText, isFound } from '../../../src/app/security/search';
import { personalDataActions, sensitiveActions } from '../../fixtures/iam/template-tools';

const notes = permissionGroups.flatMap(notesOf);

const counted = (texts: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
};

describe('what a security reviewer reads of each action', () => {
  it('stands beside every action, in the same order', () => {
    expect(notes.map((note) => note.action)).toEqual(actionsOf(allGroupIds));
    expect(notes).toHaveLength(252);
  });

  it('is short, plain and never empty', () => {
    for (const { action, feature, returns, safe } of notes) {
      for (const text of [feature, returns, safe]) {
        expect(text, action).toMatch(/^[A-Z][^!]*[^.!\s]$/);
        expect(text.length, action).toBeLessThanOrEqual(110);
      }
      expect(feature.length, action).toBeLessThanOrEqual(34);
      expect(returns, action).not.toBe(safe);
    }
  });

  it('is written for the action, not copied from another', () => {
    for (const field of ['returns', 'safe'] as const) {
      const most = [...counted(notes.map((note) => note[field]))].filter(([, count]) => count > 6);
      expect(most, field).toEqual([]);
    }
    expect(counted(notes.map((note) => note.returns)).size).toBeGreaterThan(245);
  });

  it('names few features', () => {
    expect(counted(notes.map((note) => note.feature)).size).toBeLessThanOrEqual(45);
    for (const group of permissionGroups) {
      expect(new Set(notesOf(group).map((note) => note.feature)).size, group.id).toBeLessThanOrEqual(9);
    }
  });

  it.each([
    ['organizations:DescribeOrganization', /e-mail/, /not kept/],
    ['organizations:DescribeAccount', /e-mail/, /not kept/],
    ['organizations:ListAccounts', /e-mail/, /not kept/],
    ['organizations:ListAccountsForParent', /e-mail/, /not kept/],
    ['budgets:ViewBudget', /addresses/, /does not ask/],
    ['tag:GetTagValues', /Values/, /you wrote/],
    ['logs:DescribeLogGroups', /names/, /you chose/],
    ['rds:DescribeDBInstances', /user name/, /asterisks/],
    ['cloudwatch:GetMetricData', /Numbers/, /your own metrics/],
    ['s3:GetObject', /files/, /Reads file content/],
  ])('says what comes close in %s', (action, returns, safe) => {
    const note = notes.find((candidate) => candidate.action === action);
    expect(note?.returns).toMatch(returns);
    expect(note?.safe).toMatch(safe);
  });

  it('says the true number of refused reads', () => {
    expect(REFUSED_READS).toEqual({
      sensitive: sensitiveActions.length,
      personal: personalDataActions.length,
    });
  });
});

describe('constants for the browser', () => {
  it('are the ones of the catalogue', () => {
    expect(constants).toMatchObject({ ROLE_NAME, STACK_NAME, TEMPLATE_VERSION, REFUSED_READS });
  });
});

describe('search of the public page', () => {
  it('finds a row that holds every word, in any order and case', () => {
    expect(isFound('ec2:DescribeVolumes Disks and snapshots', '  SNAPSHOT  ec2: ')).toBe(true);
    expect(isFound('ec2:DescribeVolumes Disks and snapshots', 'snapshot rds')).toBe(false);
    expect(isFound('ec2:DescribeVolumes', '')).toBe(true);
    expect(isFound('ec2:DescribeVolumes', 'volumes')).toBe(true);
    expect(isFound('Words that you wrote as tags', 'rds')).toBe(false);
    expect(isFound('Words of rds:DescribeDBInstances', 'rds')).toBe(true);
    expect(isFound('Number and e-mail', 'mail')).toBe(true);
    expect(isFound('ec2:DescribeVolumes', '.*')).toBe(false);
  });

  it('says how many were found', () => {
    expect(foundText(253, 253, ' ')).toBe('253 actions');
    expect(foundText(4, 253, 'snapshot')).toBe('4 of 253 actions found');
    expect(foundText(0, 253, 'kms:Decrypt')).toBe(
      'No action found. What is not on this list is not granted.',
    );
  });
});
