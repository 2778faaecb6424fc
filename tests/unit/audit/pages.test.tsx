import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '@/features/audit/read-audit';
import { AuditFilters } from '@/features/audit/ui/audit-filters';
import { EventDetail } from '@/features/audit/ui/event-detail';

const event: AuditEntry = {
  ...{
    seq: 7,
    at: '2027-03-18T10:00:00.123Z',
    action: 'member.role-changed',
    label: 'Role changed',
    what: 'changed a role',
  },
  actor: { kind: 'user', id: '0b7d5a3e-0000-4000-8000-000000000000', name: 'Ada', email: 'ada@acme.example' },
  ...{ subject: null, address: '203.0.113.7', detail: {} },
  ...{ before: { role: 'viewer', origin: 'founder' }, after: { role: 'admin', origin: 'founder' } },
  ...{ hash: 'ab'.repeat(32), prevHash: 'cd'.repeat(32), body: '["<b>"]' },
};

describe('an event', () => {
  it('shows what changed, what was hashed and its links', () => {
    const html = renderToStaticMarkup(<EventDetail event={event} />);
    for (const text of [
      '− viewer',
      '+ admin',
      '>founder<',
      event.hash,
      event.prevHash ?? '',
      event.at,
      '[&quot;&lt;b&gt;&quot;]',
    ]) {
      expect(html).toContain(text);
    }
    expect(html).not.toContain('− founder');
  });

  it('says that the event before it is missing', () => {
    expect(renderToStaticMarkup(<EventDetail event={{ ...event, prevHash: null }} />)).toContain(
      'It is missing.',
    );
  });
});

describe('the filter', () => {
  const choices = [{ group: 'member', label: 'People', actions: [{ action: 'member.left', label: 'Left' }] }];
  const render = (values: Record<string, string>, errors: Record<string, string> = {}) =>
    renderToStaticMarkup(
      <AuditFilters values={values} errors={errors} people={[{ id: 'a', name: 'Ada' }]} choices={choices} />,
    );

  it('is a form that says what it filters by now', () => {
    const html = render({ q: 'ada "x"', action: 'member.left', member: 'a' });
    expect(html).toContain('value="ada &quot;x&quot;"');
    expect(html).toMatch(/<option value="member.left" selected="">Left<\/option>/);
    expect(html).toMatch(/<option value="a" selected="">Ada<\/option>/);
    expect(html).toContain('href="/settings/audit"');
    expect(render({})).not.toContain('href="/settings/audit"');
  });

  it('keeps a person who is no longer a member', () => {
    expect(render({ member: 'gone' })).toMatch(/<option value="gone" selected="">/);
  });

  it('says next to a field what is wrong with it', () => {
    const html = render({ to: 'x' }, { to: 'A date looks like 2026-11-01.' });
    expect(html).toMatch(/id="audit-to"[^>]*aria-invalid="true"[^>]*aria-describedby="audit-to-error"/);
    expect(html).toMatch(/id="audit-to-error" role="alert"[^>]*>A date looks like/);
  });
});
