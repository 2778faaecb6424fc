import type { ConnectionSummary } from '@/features/connections/read-connections';
import type { ReceiptLine } from '@/features/erasure/read-receipt';
import { ButtonLink } from '@/ui/button-link';
import { formatDateTime, formatRange } from '@/ui/format';
import { Empty } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { Overview } from '../overview';
import { overviewHref, type PageState } from './links';

interface Props {
  readonly connections: readonly ConnectionSummary[];
  readonly lastErasure: ReceiptLine | null;
  readonly overview: Overview | null;
  readonly state: PageState;
  readonly isView: boolean;
  readonly canConnect: boolean;
}

/** Nothing connected, revoked, not granted, not yet synced and really zero are five different things. */
export function NoCost({ connections, lastErasure, overview, state, isView, canConnect }: Props) {
  const connect = canConnect && (
    <ButtonLink href="/connections/new" kind="primary">
      Connect an AWS account
    </ButtonLink>
  );
  const active = connections.filter(({ connection }) => connection.activeSince !== null);
  const denied = active.find(
    ({ connection, sync }) => connection.status === 'attention' || sync?.status === 'failed',
  );
  if (active.length === 0 && lastErasure) {
    return (
      <Empty
        title={isView ? 'This view is kept, its data is erased' : 'All cost data is erased'}
        action={connect}
      >
        Its connection was revoked and every synced row erased on{' '}
        {formatDateTime(lastErasure.erasedAt.toISOString())}.{' '}
        {isView
          ? 'The view opens as it was saved and fills again when an account is connected.'
          : 'Saved views are kept.'}{' '}
        <a href={`/receipts/${lastErasure.connectionId}`} className={ui.link}>
          Read the receipt
        </a>
      </Empty>
    );
  }
  if (active.length === 0) {
    const waiting = connections[0];
    return waiting ? (
      <Empty
        title="Waiting for the role"
        action={
          <ButtonLink href={`/connections/${waiting.connection.id}`} kind="primary">
            Go on connecting
          </ButtonLink>
        }
      >
        Launch the stack in the AWS account. Cost appears here within seconds after the role is found.
      </Empty>
    ) : (
      <Empty title="No account is connected" action={connect}>
        Belvedere reads cost through a role in your account that you can take back at any time. It cannot read
        your data.
      </Empty>
    );
  }
  if (!overview && active.some(({ sync }) => sync?.status === 'done' || (sync?.monthsDone ?? 0) > 0)) {
    return (
      <Empty
        title="These days are not loaded"
        action={<ButtonLink href="/overview">Open the overview</ButtonLink>}
      >
        Belvedere has no figures for them, which is not the same as no cost. AWS keeps daily cost for thirteen
        months.
      </Empty>
    );
  }
  if (!overview && denied) {
    return (
      <Empty
        title="Cost is not granted"
        action={<ButtonLink href={`/connections/${denied.connection.id}`}>Open the connection</ButtonLink>}
      >
        {denied.sync?.failure?.message ?? denied.connection.failure?.message ?? 'AWS refused to answer.'} So
        nothing is shown, which is not the same as no cost.
      </Empty>
    );
  }
  if (!overview && active.every(({ connection }) => connection.kind === 'upload')) {
    return (
      <Empty
        title="No file is loaded"
        action={
          <ButtonLink href={`/connections/${active[0]?.connection.id ?? ''}`} kind="primary">
            Open the source
          </ButtonLink>
        }
      >
        Cost appears here as soon as a file of {active[0]?.connection.name} is loaded, or for days that it
        holds.
      </Empty>
    );
  }
  if (!overview) {
    return (
      <Empty
        title="Not yet synced"
        action={
          <ButtonLink href={`/connections/${active[0]?.connection.id ?? ''}`}>Watch the sync</ButtonLink>
        }
      >
        The newest month is being loaded and appears here within seconds.
      </Empty>
    );
  }
  return (
    <Empty
      title="No charges"
      action={
        <ButtonLink href={overviewHref(state, { service: [], account: [], region: [] })}>
          Show everything
        </ButtonLink>
      }
    >
      {isView && lastErasure
        ? `Nothing matches this view between ${formatRange(state.query.range.start, state.query.range.end, { year: true })}. It may look at an account whose connection was revoked.`
        : `AWS reports no charges that match in ${formatRange(state.query.range.start, state.query.range.end, { year: true })}.`}
    </Empty>
  );
}
