import Link from 'next/link';
import { ButtonLink } from '@/ui/button-link';
import { Empty } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ResourceQuery } from '../resource-query';
import { listHref, unfiltered } from './links';

/** Nothing connected, no account open, nothing loaded and nothing loaded yet are four different things. */
export function NoResources({
  isConnected,
  isLoading,
  accounts,
  mayConnect,
}: {
  readonly isConnected: boolean;
  /** Whether a billing export is on its way in. */
  readonly isLoading: boolean;
  /** How many linked accounts are open to the person; null: all of them. */
  readonly accounts: number | null;
  /** Whether the person may see the connections. */
  readonly mayConnect: boolean;
}) {
  const open = mayConnect && <ButtonLink href="/connections">Open connections</ButtonLink>;
  if (accounts === 0) {
    return (
      <Empty title="No account is open to you">
        In this workspace you see the linked accounts that an owner or admin has opened for you. None is open
        yet, so no resource is listed here.
      </Empty>
    );
  }
  if (!isConnected) {
    return (
      <Empty title="No account is connected" action={open}>
        Resources and what each of them costs come from a billing export, which Belvedere reads through the
        role of a connected AWS account. None is connected, so there is nothing to list.
      </Empty>
    );
  }
  if (isLoading) {
    return (
      <Empty title="The billing export is being loaded" action={open}>
        Every resource that it names is listed here as soon as its newest month is in, mostly within minutes.
        The months before follow.
      </Empty>
    );
  }
  return (
    <Empty title="No billing export is loaded" action={open}>
      What each resource costs stands in a billing export of AWS, not in the figures of the overview.{' '}
      {mayConnect
        ? 'Choose one on the page of the connection, and every resource that it names is listed here.'
        : 'Once an owner or admin has chosen one for the connection, every resource that it names is listed here.'}
    </Empty>
  );
}

/** There are resources, and the filters leave none of them. */
export function NothingMatches({ query }: { query: ResourceQuery }) {
  return (
    <Empty
      title="No resource matches"
      action={<ButtonLink href={listHref(query, { ...unfiltered, group: null })}>Show everything</ButtonLink>}
    >
      {query.search
        ? `No name or id holds “${query.search}” among the resources that the filters leave.`
        : 'The filters together leave none of the resources.'}
    </Empty>
  );
}

/** Above a list whose costs are missing, or not there yet. */
export function NoCostNotice({ mayConnect, isLoading }: { mayConnect: boolean; isLoading: boolean }) {
  return (
    <div className={ui.notice} data-tone={isLoading ? undefined : 'warning'}>
      <span>
        {isLoading
          ? 'A billing export is being loaded. What these resources cost is here as soon as its newest month is in.'
          : 'Neither a billing export nor Cost Explorer tells what these resources cost. That is not the same as no cost.'}
      </span>
      {mayConnect && (
        <Link href="/connections" className={ui.link}>
          Open connections
        </Link>
      )}
    </div>
  );
}

/** Above a list of a span that Cost Explorer does not reach back to, where it is all there is. */
export function ShortSpanNotice({ query }: { query: ResourceQuery }) {
  return (
    <div className={ui.notice} data-tone="warning">
      <span>
        Cost Explorer tells what resources cost in the last 14 days alone. A billing export tells more.
      </span>
      <Link href={listHref(query, { span: '7' })} className={ui.link}>
        Show 7 days
      </Link>
    </div>
  );
}
