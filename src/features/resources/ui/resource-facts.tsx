import Link from 'next/link';
import type { ReactNode } from 'react';
import { tagParam } from '@/domain/tag-filter';
import { regionLabel, serviceLabel } from '@/features/costs/labels';
import { formatDateTime, formatDay } from '@/ui/format';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ResourceDetails } from '../read-resource';
import { resourcesHref } from './address';
import { attributeLabel, attributeText } from './plain-words';

const filtered = (name: string, value: string) =>
  resourcesHref(new URLSearchParams([[name, value]]).toString());

function Filtered({ name, value, label }: { name: string; value: string; label: string }) {
  return (
    <Link className={ui.link} href={filtered(name, value)} prefetch={false} title={`Resources of ${label}`}>
      {label}
    </Link>
  );
}

function Facts({ title, facts }: { title: string; facts: readonly [string, ReactNode][] }) {
  return (
    <Panel title={title} padded>
      <dl className={ui.facts}>
        {facts.map(([term, fact]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{fact}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

const day = (text: string | null) => (text === null ? 'none yet' : formatDay(text, { year: true }));

export function ResourceFacts({ details }: { details: ResourceDetails }) {
  const { line } = details;
  const facts: [string, ReactNode][] = [
    ['Type', <Filtered key="type" name="type" value={line.type} label={line.typeLabel} />],
    [
      'Service',
      line.service ? (
        <Filtered key="service" name="service" value={line.service} label={serviceLabel(line.service)} />
      ) : (
        '–'
      ),
    ],
    [
      'Account',
      line.account.ref ? (
        <Filtered key="account" name="account" value={line.account.ref} label={line.account.label} />
      ) : (
        line.account.label
      ),
    ],
    ['Region', <Filtered key="region" name="region" value={line.region} label={regionLabel(line.region)} />],
    ['State', line.isGone ? 'Gone' : line.state || 'Not told'],
    ['First charge', day(line.firstSeen)],
    ['Last charge', day(line.lastSeen)],
    ['Created', details.createdAt ? formatDateTime(details.createdAt) : 'Not told'],
    [
      'Last listed by AWS',
      details.listedAt ? formatDateTime(details.listedAt) : 'Never: only the bill names it',
    ],
    ...(details.goneAt
      ? [['Missing since', formatDateTime(details.goneAt)] satisfies [string, ReactNode]]
      : []),
  ];
  return <Facts title="Facts" facts={facts} />;
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

/** A tag's value leads to all resources that have it. */
export function ResourceTags({ tags }: Pick<ResourceDetails, 'tags'>) {
  const facts = Object.entries(tags)
    .sort(byName)
    .map(([key, value]): [string, ReactNode] => {
      return [key, <Filtered key={key} name="tag" value={tagParam(key, value)} label={value || 'empty'} />];
    });
  if (facts.length > 0) return <Facts title="Tags" facts={facts} />;
  return (
    <Panel title="Tags" padded>
      <p className={`${ui.muted} ${ui.small}`}>It has no tag that is known here.</p>
    </Panel>
  );
}

export function ResourceAttributes({ attributes }: Pick<ResourceDetails, 'attributes'>) {
  const facts = Object.entries(attributes)
    .sort(byName)
    .map(([name, value]): [string, ReactNode] => [attributeLabel(name), attributeText(value)]);
  return facts.length === 0 ? null : <Facts title="Attributes" facts={facts} />;
}
