import { describe, expect, it } from 'vitest';
import { auditActions, labelOf, tellAction } from '@/features/audit/action-words';
import type { Told } from '@/features/audit/fact-words';

const told = (of: Partial<Told> = {}): Told => ({
  ...{ subject: null, isOwn: false, detail: {}, before: null, after: null },
  ...of,
});

describe('the words of an action', () => {
  it.each(auditActions)('are a sentence even where nothing else was recorded: %s', (action) => {
    for (const isOwn of [true, false]) {
      const text = tellAction(action, told({ isOwn }));
      expect(text).toMatch(/^[a-z]/);
      expect(text).not.toMatch(/undefined|null|\[object|NaN|[.:]$| {2}/);
    }
    expect(labelOf(action)).toMatch(/^[A-Z]/);
  });

  it('have a label of their own', () => {
    const labels = auditActions.map(labelOf);
    expect(labels.filter((label, index) => labels.indexOf(label) !== index)).toEqual([]);
  });

  it.each<[string, Partial<Told>, string]>([
    [
      'member.role-changed',
      { subject: 'Grace Hopper', before: { role: 'viewer' }, after: { role: 'editor' } },
      'changed Grace Hopper’s role from viewer to editor',
    ],
    ['member.invited', { detail: { email: 'a@b.example', role: 'viewer' } }, 'invited a@b.example as viewer'],
    [
      'session.refused',
      { subject: 'Ada Lovelace', detail: { reason: 'password' } },
      'tried to sign in as Ada Lovelace and was refused: wrong password',
    ],
    ['password.changed', { isOwn: true, subject: 'Ada' }, 'changed their password'],
    [
      'workspace.settings-changed',
      {
        before: { auditRetentionDays: null, requireSecondFactor: false },
        after: { auditRetentionDays: 90, requireSecondFactor: true },
      },
      'changed the workspace’s settings: audit retention days from none to 90 and require second factor from off to on',
    ],
    [
      'connection.changed',
      {
        subject: 'Production',
        before: { dailyCapUsd: '5', name: 'a' },
        after: { dailyCapUsd: '10', name: 'a' },
      },
      'changed the connection “Production”: daily cap usd from 5 to 10',
    ],
    [
      'view.shared',
      {
        subject: 'Costs',
        before: { audience: 'workspace' },
        after: { audience: 'people', people: ['x', 'y'] },
      },
      'changed who sees the view “Costs”: audience from workspace to people and people to x, y',
    ],
    [
      'connection.failed',
      { detail: { reason: 'some-new-reason' } },
      'lost access through a connection: some new reason',
    ],
    [
      'audit.verified',
      { detail: { isUnbroken: false, seq: 7 } },
      'verified the audit trail and found it broken at event 7',
    ],
    [
      'audit.verified',
      { detail: { isUnbroken: true, events: 12 } },
      'verified the audit trail: unbroken, 12 events',
    ],
  ])('tell what happened: %s', (action, facts, expected) => {
    expect(tellAction(action, told(facts))).toBe(expected);
  });

  it('show an action of another version as it was recorded', () => {
    expect(tellAction('toString', told())).toBe('did “toString”');
    expect(labelOf('constructor')).toBe('constructor');
  });
});
