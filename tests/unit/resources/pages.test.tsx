import { MantineProvider } from '@mantine/core';
import { AppRouterContext } from 'next/dist/shared/lib/app-router-context.shared-runtime';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { ResourceCharge, ResourceDetails } from '@/features/resources/read-resource';
import { parseResourceQuery, type ResourceQuery } from '@/features/resources/resource-query';
import type { ResourceList as List } from '@/features/resources/resources';
import { ChargeTable } from '@/features/resources/ui/charge-table';
import { FilterChips } from '@/features/resources/ui/filter-chips';
import { GroupTable, restOf } from '@/features/resources/ui/group-table';
import { NoCostNotice, NoResources, NothingMatches } from '@/features/resources/ui/no-resources';
import { RelatedResources } from '@/features/resources/ui/related-resources';
import { ResourceDays } from '@/features/resources/ui/resource-days';
import { ResourceAttributes, ResourceFacts, ResourceTags } from '@/features/resources/ui/resource-facts';
import { ResourceKpis } from '@/features/resources/ui/resource-kpis';
import { ResourceList } from '@/features/resources/ui/resource-list';
import { cost, facets, lineOf, listOf } from './lines';

const never = () => {
  throw new Error('Nobody goes anywhere while a page is shown.');
};
const router = {
  ...{ back: never, forward: never, refresh: never, push: never, replace: never, prefetch: never },
  ...{ bfcacheId: 'b', experimental_gesturePush: never },
};

const render = (node: ReactNode) =>
  renderToStaticMarkup(
    <MantineProvider>
      <AppRouterContext.Provider value={router}>{node}</AppRouterContext.Provider>
    </MantineProvider>,
  ).replace(/^(?:<style[^>]*>.*?<\/style>|<script[^>]*>.*?<\/script>)+/s, '');

function read(text: string): ResourceQuery {
  const parsed = parseResourceQuery(new URLSearchParams(text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.query;
}

const showList = (list: List, detail = '') =>
  render(
    <ResourceList
      list={list}
      sorting={{ sort: 'cost', isDescending: true, span: '30' }}
      texts={{ page: 'group=type', api: '', detail }}
      source="From the billing export, to 27 Nov"
    />,
  );

const count = (html: string, part: string) => html.split(part).length - 1;

describe('the list as the server sends it', () => {
  const lines = Array.from({ length: 200 }, (_, at) => lineOf(at + 1));

  it('holds the first lines, says how many there are, and leads on without scripts', () => {
    const html = showList(listOf(lines, { total: 98_765 }));
    expect(count(html, 'data-link="true"')).toBe(60);
    expect(html).toContain('aria-rowcount="98767"');
    expect(html).toContain('98,765 resources');
    expect(html).toContain('the first 60 of 98,765 are shown');
    expect(html).toContain('href="/resources/r0000000000000001"');
    expect(html).toContain('From the billing export, to 27 Nov');
  });

  it('shows exact amounts behind the figures, and the sum at its foot', () => {
    const html = showList(listOf(lines.slice(0, 2)));
    expect(html).toContain('title="Exactly 30.5 USD">$30.50<');
    const totals = html.slice(html.indexOf('data-testid="totals"'));
    expect(totals).toContain('2 resources');
    expect(totals).toContain('title="Exactly 61 USD">$61.00<');
    expect(html).not.toContain('<noscript>');
  });

  it('says which column it is sorted by', () => {
    const html = showList(listOf(lines.slice(0, 1)));
    expect(html.match(/aria-sort="descending"[^>]*><a[^>]*>30 days/g)).toHaveLength(1);
    expect(html).toContain('href="/resources?group=type&amp;sort=name"');
  });

  it('never shows a cost that nothing tells as zero', () => {
    const html = showList(listOf([lineOf(1, { costs: null, source: null })], { asOf: null, range: null }));
    expect(html).not.toContain('$0');
    expect(html.match(/title="Nothing tells what it costs">–/g)).toHaveLength(5);
    expect(showList(listOf([lineOf(1)]))).not.toContain('Nothing tells what it costs');
  });

  it('names a resource by its id where it has no name, and marks what is gone', () => {
    const html = showList(listOf([lineOf(7, { name: '', isGone: true })]), 'cost=unblended');
    expect(html).toContain('>i-00000000000000007</a>');
    expect(html).toContain('href="/resources/r0000000000000007?cost=unblended"');
    expect(html).toContain('Gone');
  });
});

describe('the table of groups', () => {
  const group = (id: string, now: string, resources: number) => ({
    ...{ id, label: id, resources, priced: resources, ...cost(now, '1'), share: '50.0' },
  });
  const groups = [group('s3:bucket', '10.25', 3), group('ec2:volume', '5', 2)];
  const list = listOf([lineOf(1)], { total: 9, priced: 9, ...cost('20', '4'), groups });

  it('adds up to the whole list, with what it does not name in a line of its own', () => {
    expect(restOf(list)).toEqual({ resources: 4, priced: 4, ...cost('4.75', '2'), share: '23.8' });
    const html = render(<GroupTable list={list} query={read('group=type')} />);
    expect(html).toContain('All others');
    expect(html).toContain('href="/resources?type=s3%3Abucket"');
    expect(html).toContain('title="Exactly 10.25 USD"');
    expect(restOf({ ...list, total: 5 })).toBeNull();
  });

  it('is not there without a grouping, and shows no cost where none is loaded', () => {
    expect(render(<GroupTable list={list} query={read('')} />)).toBe('');
    const html = render(<GroupTable list={{ ...list, asOf: null }} query={read('group=tag%3ATeam')} />);
    expect(html).toContain('Tag Team');
    expect(html).not.toContain('$');
  });
});

describe('a list of nothing', () => {
  const show = (isConnected: boolean, accounts: number | null, mayConnect: boolean) =>
    render(<NoResources {...{ isConnected, isLoading: false, accounts, mayConnect }} />);

  it('says which nothing it is', () => {
    expect(show(true, null, true)).toContain('No billing export is loaded');
    expect(show(false, null, true)).toContain('No account is connected');
    expect(show(true, 0, false)).toContain('No account is open to you');
    expect(render(<NothingMatches query={read('q=%3Cweb%3E&type=s3%3Abucket')} />)).toContain(
      '“&lt;web&gt;”',
    );
  });

  it('says that costs are on their way where they are', () => {
    const empty = { isConnected: true, isLoading: true, accounts: null, mayConnect: true };
    expect(render(<NoResources {...empty} />)).toContain('The billing export is being loaded');
    const notice = (isLoading: boolean) => render(<NoCostNotice mayConnect isLoading={isLoading} />);
    expect(notice(true)).toContain('A billing export is being loaded');
    expect(notice(false)).toContain('Neither a billing export nor Cost Explorer');
  });

  it('leads to the connections whoever may see them', () => {
    expect(show(true, null, true)).toContain('href="/connections"');
    expect(show(true, 3, false)).not.toContain('href="/connections"');
  });

  it('has a way back to everything', () => {
    const html = render(<NothingMatches query={read('q=a&type=x&span=90&group=type')} />);
    expect(html).toContain('href="/resources?span=90"');
    expect(render(<FilterChips query={read('type=s3%3Abucket')} facets={facets} />)).toContain('S3 bucket');
  });
});

describe('a resource', () => {
  const charge = (more: Partial<ResourceCharge>): ResourceCharge => ({
    ...{ service: 'Amazon EC2', category: 'Usage', description: 'Per hour', usageType: 'BoxUsage:m7i' },
    ...{ operation: 'RunInstances', pricing: 'Standard', commitment: '', quantity: '744.00', unit: 'Hrs' },
    ...{ amount: '10.1', ...more },
  });
  const details: ResourceDetails = {
    ...{ currency: 'USD', line: lineOf(1), createdAt: null, listedAt: null, goneAt: null },
    tags: { Team: 'search', 'a=b': 'x' },
    attributes: { isEncrypted: false },
    range: { start: '2026-08-30', end: '2026-11-28' },
    days: [{ day: '2026-11-27', amount: '20.3000000000' }],
    charges: [charge({}), charge({ category: 'Tax', quantity: null, unit: '', amount: '10.2' })],
    related: [lineOf(2, { costs: null })],
  };

  it('has its four spans with what they are held against', () => {
    const html = render(<ResourceKpis line={details.line} currency="USD" />);
    expect(html).toContain('title="Exactly 7.1234567 USD">$7.12<');
    expect(html).toContain('the same days of last month');
    expect(html).toContain('new');
    const without = render(<ResourceKpis line={{ ...details.line, costs: null }} currency="USD" />);
    expect(without).not.toContain('$');
    expect(count(without, 'Nothing tells what it costs')).toBe(4);
    const costs = {
      ...details.line.costs,
      '30': null,
      '90': null,
      month: null,
    } as ResourceDetails['line']['costs'];
    const short = render(
      <ResourceKpis line={{ ...details.line, source: 'cost-explorer', costs }} currency="USD" />,
    );
    expect(count(short, 'Cost Explorer tells the last 14 days alone')).toBe(3);
  });

  it('lists its charges with exact quantities and their sum', () => {
    const html = render(
      <ChargeTable
        charges={details.charges}
        range={{ start: '2026-08-30', end: '2026-11-28' }}
        currency="USD"
        service="Amazon EC2"
      />,
    );
    expect(html).toContain('title="Exactly 744.00 Hrs">744 Hrs<');
    expect(html).toContain('BoxUsage:m7i · RunInstances');
    expect(html).toContain('Tax · BoxUsage:m7i');
    expect(html.slice(html.indexOf('All charges'))).toContain('title="Exactly 20.3 USD"');
  });

  it('tells no charge in the bill from no bill', () => {
    const show = (more: Partial<ResourceDetails>, isLoading = false) =>
      render(<ResourceDays details={{ ...details, ...more }} source="" isLoading={isLoading} />);
    expect(show({ days: [] })).toContain('holds no charge of this resource in 30 Aug – 27 Nov 2026');
    expect(show({ days: [], range: null })).toContain('Neither a billing export nor Cost Explorer tells');
    expect(show({ days: [], range: null }, true)).toContain('A billing export is being loaded');
    expect(show({ days: [], line: { ...details.line, source: 'cost-explorer' } })).toContain(
      'Cost Explorer tells no charge of this resource',
    );
  });

  it('leads from its facts and tags to the resources that share them', () => {
    const html = render(<ResourceFacts details={{ ...details, goneAt: '2026-11-20T10:00:00.000Z' }} />);
    expect(html).toContain('href="/resources?type=ec2%3Ainstance"');
    expect(html).toContain('href="/resources?account=a0123456789ab"');
    expect(html).toContain('Never: only the bill names it');
    expect(html).toContain('20 Nov 2026, 10:00 UTC');
    const tags = render(<ResourceTags tags={details.tags} />);
    expect(tags).toContain('href="/resources?tag=Team%3Dsearch"');
    expect(count(tags, '<a ')).toBe(Object.keys(details.tags).length);
    expect(render(<ResourceTags tags={{}} />)).toContain('no tag');
    expect(render(<ResourceAttributes attributes={details.attributes} />)).toContain('Encrypted');
  });

  it('leads to what it belongs to', () => {
    const html = render(
      <RelatedResources related={details.related} currency="USD" detail="cost=unblended" />,
    );
    expect(html).toContain('href="/resources/r0000000000000002?cost=unblended"');
    expect(html).toContain('Nothing tells what it costs');
    expect(render(<RelatedResources related={[]} currency="USD" detail="" />)).toBe('');
  });
});
