import Link from 'next/link';
import { add, changePercent, sharePercent, subtract } from '@/domain/money';
import overview from '@/features/costs/ui/overview.module.css';
import { formatCount } from '@/ui/format';
import { Change, Money } from '@/ui/money';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ResourceQuery } from '../resource-query';
import type { ResourceGroup, ResourceList, SpanCost } from '../resources';
import { Unknown } from './figures';
import { groupHref } from './links';
import styles from './resources.module.css';
import { BEFORE_WORDS, SPAN_WORDS } from './span-words';

const GROUP_WORDS: Readonly<Record<string, string>> = {
  type: 'Type',
  service: 'Service',
  account: 'Account',
  region: 'Region',
};

const groupTitle = (group: string): string => GROUP_WORDS[group] ?? `Tag ${group.slice('tag:'.length)}`;

function Share({ percent }: { percent: string }) {
  return (
    <span className={overview.share}>
      <span className={overview.track} aria-hidden="true">
        <i style={{ width: `${Math.max(0, Math.min(100, Number(percent)))}%` }} />
      </span>
      <span>{percent}%</span>
    </span>
  );
}

interface FiguresProps {
  readonly cost: SpanCost;
  readonly resources: number;
  readonly priced: number;
  readonly share: string;
  readonly list: ResourceList;
}

function Figures({ cost, resources, priced, share, list }: FiguresProps) {
  const isKnown = list.asOf !== null && priced > 0;
  return (
    <>
      <td className={ui.num}>{formatCount(resources)}</td>
      <td className={ui.num}>
        {isKnown ? <Money amount={cost.now} currency={list.currency} /> : <Unknown />}
      </td>
      <td className={ui.num}>{isKnown ? <Share percent={share} /> : <Unknown />}</td>
      <td className={ui.num}>
        {isKnown ? <Change percent={cost.change} now={cost.now} before={cost.before} /> : <Unknown />}
      </td>
    </>
  );
}

/** What the list holds beyond the groups that it names; null where they are all of it. */
export function restOf(
  list: ResourceList,
): (SpanCost & { resources: number; priced: number; share: string }) | null {
  const resources = list.groups.reduce((left, group) => left - group.resources, list.total);
  if (resources <= 0) return null;
  const now = subtract(list.now, add(...list.groups.map((group) => group.now)));
  const before =
    list.before === null
      ? null
      : subtract(list.before, add(...list.groups.map((group) => group.before ?? '0')));
  return {
    ...{ resources, now, before },
    priced: list.groups.reduce((left, group) => left - group.priced, list.priced),
    change: before === null ? null : changePercent(now, before),
    share: sharePercent(now, list.now),
  };
}

function Name({ group, query }: { group: ResourceGroup; query: ResourceQuery }) {
  const href = groupHref(query, group);
  const label = group.label || 'Empty';
  if (href === null) return <span className={overview.name}>{label}</span>;
  return (
    <Link className={overview.name} href={href} prefetch={false} title={`Show the resources of ${label}`}>
      <span>{label}</span>
    </Link>
  );
}

/** The resources that match by what they are grouped by, as a table above the list. */
export function GroupTable({ list, query }: { list: ResourceList; query: ResourceQuery }) {
  if (query.group === null) return null;
  const title = groupTitle(query.group);
  const rest = restOf(list);
  return (
    <Panel
      title={`By ${title.replace(/^[A-Z]/, (letter) => letter.toLowerCase())}`}
      note={`${formatCount(list.groups.length)} ${list.groups.length === 1 ? 'group' : 'groups'}, change against ${BEFORE_WORDS[query.span]}`}
    >
      <div className={styles.groups} tabIndex={0} role="region" aria-label={`Resources by ${title}`}>
        <table className={ui.table}>
          <thead>
            <tr>
              <th scope="col">{title}</th>
              <th scope="col" className={ui.num}>
                Resources
              </th>
              <th scope="col" className={ui.num}>
                {SPAN_WORDS[query.span]}
              </th>
              <th scope="col" className={ui.num}>
                Share
              </th>
              <th scope="col" className={ui.num}>
                Change
              </th>
            </tr>
          </thead>
          <tbody>
            {list.groups.map((group) => (
              <tr key={group.id === null ? 'without' : `= ${group.id} ${group.label}`} data-link="true">
                <th scope="row">
                  <Name group={group} query={query} />
                </th>
                <Figures
                  cost={group}
                  resources={group.resources}
                  priced={group.priced}
                  share={group.share}
                  list={list}
                />
              </tr>
            ))}
            {rest && (
              <tr>
                <th scope="row">All others</th>
                <Figures
                  cost={rest}
                  resources={rest.resources}
                  priced={rest.priced}
                  share={rest.share}
                  list={list}
                />
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
