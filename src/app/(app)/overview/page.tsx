import type { Metadata } from 'next';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { dimensions, tagOf, toSearchParams, type CostQuery } from '@/domain/cost-query';
import { limitOf, may } from '@/context';
import { listConnections } from '@/features/connections/read-connections';
import type { Overview } from '@/features/costs/overview';
import { tagLabel } from '@/features/costs/labels';
import { readOverview } from '@/features/costs/read-overview';
import { parseCostQuery } from '@/features/costs/schemas';
import { AgreementBadge } from '@/features/costs/ui/agreement-badge';
import { CostTable } from '@/features/costs/ui/cost-table';
import { DailyChart } from '@/features/costs/ui/daily-chart';
import { FilterChips } from '@/features/costs/ui/filter-chips';
import { FocusMenu } from '@/features/costs/ui/focus-menu';
import { KpiRow } from '@/features/costs/ui/kpi-row';
import { GroupMenu } from '@/features/costs/ui/group-menu';
import { csvHref, focusHrefs, lineHref, overviewHref, type PageState } from '@/features/costs/ui/links';
import { ConnectionNotices } from '@/features/connections/ui/connection-notices';
import { LimitedNoCost } from '@/features/costs/ui/limited-no-cost';
import { Movers } from '@/features/costs/ui/movers';
import { NoCost } from '@/features/costs/ui/no-cost';
import styles from '@/features/costs/ui/overview.module.css';
import { Toolbar } from '@/features/costs/ui/toolbar';
import { BY, otherGroups, toolbarProps } from '@/features/costs/ui/toolbar-props';
import { listReceipts } from '@/features/erasure/read-receipt';
import { SaveView } from '@/features/views/ui/save-view';
import { pageViews } from '@/app/(app)/page-views';
import { toParams, type Search } from '@/server/search-params';
import { pageContext } from '@/server/session';
import { Empty, PageHead, Panel } from '@/ui/panel';
import { ButtonLink } from '@/ui/button-link';
import ui from '@/ui/ui.module.css';
import { createViewAction, updateViewAction } from '../views/actions';

export const metadata: Metadata = { title: 'Overview' };

function Figures({ state, overview }: { state: PageState; overview: Overview }) {
  const { query } = state;
  const segments = dimensions.map((dimension) => (
    <Link
      key={dimension}
      href={overviewHref(state, { by: dimension })}
      scroll={false}
      {...(query.by === dimension ? { 'aria-current': 'true' as const } : {})}
    >
      {BY[dimension]}
    </Link>
  ));
  const groups = otherGroups(state, overview);
  const others = query.by === 'account' ? 'service' : 'account';
  const tag = tagOf(query.by);
  const hrefs = overview.series.map((series) =>
    series.id === null ? null : lineHref(state, query.by, series.id),
  );
  const isOpen = overview.range.end > overview.estimatedFrom;
  const otherLines = others === 'account' ? overview.accounts : overview.services;
  return (
    <>
      <KpiRow overview={overview} />
      <Panel
        title={overview.grain === 'month' ? 'Monthly cost' : 'Daily cost'}
        note={
          <span className={styles.headRight}>
            by <span className={styles.segments}>{segments}</span>
            {groups.length > 0 && (
              <GroupMenu
                label={tag !== null ? tagLabel(tag) : query.by === 'account-group' ? 'Account group' : 'Tag'}
                links={groups}
              />
            )}
            <ButtonLink href={csvHref(state, 'daily')} download>
              CSV
            </ButtonLink>
            <FocusMenu hrefs={focusHrefs(state)} />
          </span>
        }
      >
        <div className={styles.legend}>
          {overview.series.map((series, index) =>
            hrefs[index] === null || hrefs[index] === undefined ? (
              <span key={series.label}>
                <i className={ui.swatch} data-series={series.id === null ? undefined : index + 1} />
                {series.label}
              </span>
            ) : (
              <Link key={series.label} href={hrefs[index]} title={`Filter on ${series.label}`}>
                <i className={ui.swatch} data-series={index + 1} />
                {series.label}
              </Link>
            ),
          )}
          {isOpen && (
            <span>
              {overview.grain === 'month' ? 'The open month is' : 'Days of the open month are'} estimated by
              AWS
            </span>
          )}
        </div>
        <DailyChart
          chart={{
            grain: overview.grain,
            days: overview.days,
            series: overview.series,
            currency: overview.currency,
            estimatedFrom: overview.estimatedFrom,
          }}
          hrefs={hrefs}
        />
      </Panel>
      <div className={ui.columns}>
        <div className={ui.stack}>
          <CostTable
            overview={overview}
            state={state}
            by={query.by}
            lines={overview.lines}
            coloured
            limit={10}
          />
          <CostTable
            overview={overview}
            state={state}
            by={others}
            lines={otherLines}
            coloured={false}
            limit={8}
          />
        </div>
        <Movers overview={overview} state={state} />
      </div>
    </>
  );
}

export default async function OverviewPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { ctx } = await pageContext('cost:read');
  const search = await searchParams;
  const params = toParams(search);
  const view = z.uuid().safeParse(params.get('view'));
  params.delete('view');
  const now = ctx.now();
  const parsed = parseCostQuery(params, now);
  if (!parsed.ok) {
    return (
      <Empty
        title="This address does not say what to show"
        action={<ButtonLink href="/overview">Open the overview</ButtonLink>}
      >
        {Object.values(parsed.fields)[0] ?? 'A part of it is not understood.'}
      </Empty>
    );
  }
  const [overview, views, connections] = await Promise.all([
    readOverview(ctx, parsed.query),
    pageViews(),
    may(ctx.actor, 'connection:read') ? listConnections(ctx) : null,
  ]);
  const open = view.success ? views.find((one) => one.id === view.data) : undefined;
  const state: PageState = { query: parsed.query, view: open?.id ?? null };
  const canSave = may(ctx.actor, 'view:write');
  const queryText = toSearchParams(parsed.query as CostQuery).toString();

  let body: ReactNode;
  if (overview && overview.lines.length > 0) body = <Figures state={state} overview={overview} />;
  else if (!connections) {
    body = (
      <LimitedNoCost
        accounts={limitOf(ctx.actor)?.length ?? 0}
        overview={overview}
        state={state}
        isView={open !== undefined}
      />
    );
  } else {
    const receipts = await listReceipts(ctx);
    body = (
      <NoCost
        connections={connections}
        lastErasure={receipts[0] ?? null}
        overview={overview}
        state={state}
        isView={open !== undefined}
        canConnect={may(ctx.actor, 'connection:write')}
      />
    );
  }
  return (
    <div className={ui.stack}>
      <div>
        <PageHead title={open?.name ?? 'Overview'}>
          {overview && <AgreementBadge overview={overview} />}
          {overview && <Toolbar {...toolbarProps(state, overview)} />}
          {canSave && overview && (
            <SaveView
              queryText={queryText}
              open={open ? { id: open.id, name: open.name, isChanged: open.query !== queryText } : null}
              create={createViewAction}
              update={updateViewAction}
            />
          )}
        </PageHead>
        <FilterChips state={state} overview={overview} />
      </div>
      {overview && connections && <ConnectionNotices connections={connections} />}
      {body}
    </div>
  );
}
