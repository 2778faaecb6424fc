import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { GroupTable } from '@/features/scim/ui/group-table';
import { ProvisioningTokens } from '@/features/scim/ui/provisioning-tokens';
import { IssuedToken } from '@/features/tokens/ui/issued-token';
import { NewTokenForm } from '@/features/tokens/ui/new-token-form';
import { Tokens } from '@/features/tokens/ui/tokens';
import { tokenRow } from '@/features/tokens/token-rows';

const NOW = new Date('2027-03-18T10:00:00Z');
const refuse = () => Promise.reject(new Error('Nothing is called while a page is shown.'));

const row = (more: { expiresAt?: Date | null; name?: string } = {}) => ({
  ...tokenRow(
    {
      ...{ id: '1', name: 'Nightly report', hint: 'bvd_pat_…x7Qk', ranges: ['10.0.0.0/8'] },
      ...{ expiresAt: null, lastUsedAt: NOW, lastUsedAddress: '10.0.0.7', ...more },
    },
    NOW,
  ),
  whose: 'ada@acme.example',
  scopes: ['See costs and reports', 'Open saved views'],
});

const tokens = (own: ReturnType<typeof row>[], others: ReturnType<typeof row>[] | null) =>
  renderToStaticMarkup(
    <Tokens
      {...{ own, others, scopes: [], roles: [], appUrl: 'https://costs.example.com' }}
      create={refuse}
      end={refuse}
    />,
  );

describe('the page of API tokens', () => {
  it('says of each what it may, until when, from where, and when it was used', () => {
    const page = tokens([row()], null);
    for (const words of [
      ...['Nightly report', 'bvd_pat_…x7Qk', 'See costs and reports · Open saved views', 'Never'],
      ...['10.0.0.0/8', '18 Mar 2027, 10:00 UTC', '10.0.0.7', 'End Nightly report'],
    ]) {
      expect(page).toContain(words);
    }
    expect(page).not.toContain('ada@acme.example');
    expect(page).not.toContain('other people');
  });

  it('marks what has expired, to the second', () => {
    expect(tokens([row({ expiresAt: NOW })], null)).toContain('Expired');
    expect(tokens([row({ expiresAt: new Date(NOW.getTime() + 1000) })], null)).not.toContain('Expired');
  });

  it('shows everybody’s to those who manage them, and says where there is none', () => {
    expect(tokens([], [row()])).toContain('ada@acme.example');
    expect(tokens([], [])).toContain('You have none.');
  });
});

describe('a new token', () => {
  it('offers in words what the person may, and the rest switched off', () => {
    const form = renderToStaticMarkup(
      <NewTokenForm
        scopes={[
          { scope: 'cost:read', words: 'See costs and reports', isOwn: true },
          { scope: 'audit:read', words: 'See the audit trail', isOwn: false },
        ]}
        roles={[]}
        create={refuse}
        onIssued={() => undefined}
        onClose={() => undefined}
      />,
    );
    expect(form).not.toContain('Of a service');
    expect(form.match(/<label data-off="false">.*?<\/label>/)?.[0]).toContain('See costs and reports');
    expect(form.match(/<label data-off="true">.*?<\/label>/)?.[0]).toMatch(
      /disabled=""[^>]*>See the audit trail/,
    );
  });

  it('is shown with a request to try, which does not hold it', () => {
    const shown = renderToStaticMarkup(
      <IssuedToken text="bvd_pat_secret" example='curl -H "Bearer $TOKEN"' onDone={() => undefined} />,
    );
    expect(shown.match(/bvd_pat_secret/g)).toHaveLength(1);
    expect(shown).toContain('Bearer $TOKEN');
  });
});

describe('the page of provisioning', () => {
  it('rotates with one token, and with two or without the right to offers nothing', () => {
    const actions = { create: refuse, end: refuse };
    const page = (count: number, isOwner: boolean) =>
      renderToStaticMarkup(
        <ProvisioningTokens
          rows={Array.from({ length: count }, (_, at) => ({ ...row(), id: String(at), name: `T${at}` }))}
          max={2}
          actions={isOwner ? actions : null}
        />,
      );
    expect(page(0, true)).toContain('Create token');
    expect(page(1, true)).toContain('Rotate');
    expect(page(2, true)).not.toContain('Rotate');
    expect(page(2, true)).toContain('end the old one');
    expect(page(1, false)).not.toMatch(/Rotate|aria-label="End/);
  });

  it('says which role a group gives', () => {
    const page = renderToStaticMarkup(
      <GroupTable
        total={201}
        groups={[
          { id: '1', name: 'FinOps', members: 1200, role: 'editor' },
          { id: '2', name: 'Everyone', members: 3, role: null },
        ]}
      />,
    );
    expect(page).toContain('the first 2 of 201');
    expect(page).toContain('1,200');
    expect(page).toMatch(/FinOps.*Editor.*Everyone.*None/s);
  });
});
