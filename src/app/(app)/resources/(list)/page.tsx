import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { limitOf, may } from '@/context';
import { isExportLoading } from '@/features/exports/is-loading';
import { readResourceFacets } from '@/features/resources/read-facets';
import { readResources } from '@/features/resources/read-resources';
import {
  parseResourceQuery,
  toResourceParams,
  type ResourceQuery,
} from '@/features/resources/resource-query';
import type { ResourceFacets, ResourceList as List } from '@/features/resources/resources';
import { facetsForBrowser } from '@/features/resources/ui/filter-options';
import { FilterChips } from '@/features/resources/ui/filter-chips';
import { GroupTable } from '@/features/resources/ui/group-table';
import { detailText, isFiltered } from '@/features/resources/ui/links';
import {
  NoCostNotice,
  NoResources,
  NothingMatches,
  ShortSpanNotice,
} from '@/features/resources/ui/no-resources';
import { ResourceList } from '@/features/resources/ui/resource-list';
import { PAGE_LINES } from '@/features/resources/ui/resource-pages';
import { ResourceToolbar } from '@/features/resources/ui/resource-toolbar';
import { sourceWords } from '@/features/resources/ui/source-words';
import { toParams, type Search } from '@/server/search-params';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { Empty, PageHead } from '@/ui/panel';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Resources' };

/** A form sends an empty search field as well. */
function toListParams(search: Search): URLSearchParams {
  const params = toParams(search);
  if (params.get('q') === '') params.delete('q');
  return params;
}

function Listed({ list, query }: { list: List; query: ResourceQuery }) {
  const api = toResourceParams({ ...query, group: null }).toString();
  return (
    <>
      <GroupTable list={list} query={query} />
      <ResourceList
        // Pages that were fetched belong to one query and one state of the data.
        key={`${api} ${list.asOf} ${list.total} ${list.now}`}
        list={{ ...list, groups: [] }}
        sorting={{ sort: query.sort, isDescending: query.isDescending, span: query.span }}
        texts={{ page: toResourceParams(query).toString(), api, detail: detailText(query) }}
        source={sourceWords(list.asOf, list.lines)}
      />
    </>
  );
}

function Toolbar({ list, query, facets }: { list: List; query: ResourceQuery; facets: ResourceFacets }) {
  const { span, metric, search, group } = query;
  return (
    <ResourceToolbar
      text={toResourceParams(query).toString()}
      query={{ span, metric, search, group }}
      facets={facetsForBrowser(facets)}
      currency={list.currency}
      currencies={list.currencies}
    />
  );
}

export default async function ResourcesPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { ctx } = await pageContext('cost:read');
  const parsed = parseResourceQuery(toListParams(await searchParams));
  if (!parsed.ok) {
    return (
      <Empty
        title="This address does not say what to show"
        action={<ButtonLink href="/resources">Open the resources</ButtonLink>}
      >
        {Object.values(parsed.fields)[0] ?? 'A part of it is not understood.'}
      </Empty>
    );
  }
  const { query } = parsed;
  const [list, facets] = await Promise.all([
    readResources(ctx, query, { offset: 0, limit: PAGE_LINES }),
    readResourceFacets(ctx),
  ]);
  const mayConnect = may(ctx.actor, 'connection:read');
  const hasAny = list !== null && facets !== null && (list.total > 0 || facets.types.length > 0);

  const isLoading = (list?.asOf ?? null) === null && (await isExportLoading(ctx));

  let body: ReactNode;
  if (!hasAny) {
    const accounts = limitOf(ctx.actor)?.length ?? null;
    body = (
      <NoResources
        isConnected={list !== null}
        isLoading={isLoading}
        accounts={accounts}
        mayConnect={mayConnect}
      />
    );
  } else if (list.total === 0) body = <NothingMatches query={query} />;
  else body = <Listed list={list} query={query} />;
  return (
    <div className={ui.stack}>
      <div>
        <PageHead title="Resources">
          {hasAny && <Toolbar list={list} query={query} facets={facets} />}
        </PageHead>
        {isFiltered(query) && <FilterChips query={query} facets={facets} />}
      </div>
      {hasAny && list.asOf === null && <NoCostNotice mayConnect={mayConnect} isLoading={isLoading} />}
      {hasAny && list.asOf !== null && list.total > 0 && list.priced === 0 && query.span !== '7' && (
        <ShortSpanNotice query={query} />
      )}
      {body}
    </div>
  );
}
