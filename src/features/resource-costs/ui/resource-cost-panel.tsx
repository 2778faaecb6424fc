'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { times } from '@/domain/money';
import { REQUEST_PRICE_USD } from '@/domain/sync-plan';
import type { ActionResult } from '@/ui/action-result';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { formatCount, formatDateTime, formatMoney } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { ResourceCostSummary } from '../read-resource-costs';
import styles from './resource-cost-panel.module.css';

interface Props {
  readonly connectionId: string;
  readonly found: ResourceCostSummary;
  readonly dailyCapUsd: string;
  readonly canWrite: boolean;
  readonly ask: (input: { connectionId: string; requests: number }) => Promise<ActionResult<unknown>>;
  readonly leave: (input: { connectionId: string }) => Promise<ActionResult<unknown>>;
}

const DAYS_A_MONTH = 30;
const price = (requests: number) => formatMoney(times(REQUEST_PRICE_USD, requests), 'USD');
const counted = (count: number, one: string, several: string) =>
  `${formatCount(count)} ${count === 1 ? one : several}`;

/** What it costs, in requests and in dollars; what was counted is told from what is guessed. */
function Price({ found }: { found: ResourceCostSummary }) {
  return (
    <dl className={`${ui.facts} ${styles.price}`}>
      <div>
        <dt>Accounts</dt>
        <dd>{formatCount(found.accounts)}</dd>
      </div>
      <div>
        <dt>Requests a day</dt>
        <dd>
          {found.isGuess ? 'about ' : ''}
          {formatCount(found.requests)}
        </dd>
      </div>
      <div>
        <dt>AWS bills you</dt>
        <dd>
          {found.isGuess ? 'about ' : ''}
          {price(found.requests)} a day, {price(found.requests * DAYS_A_MONTH)} in {DAYS_A_MONTH} days
        </dd>
      </div>
    </dl>
  );
}

/** Whether Cost Explorer is asked for costs by resource, and what that costs. Nothing is asked before somebody agrees to the price. */
export function ResourceCostPanel({ connectionId, found, dailyCapUsd, canWrite, ask, leave }: Props) {
  const router = useRouter();
  const { run, isPending, refusal } = useVerb();
  const [dialog, setDialog] = useState<'ask' | 'leave' | null>(null);
  const refresh = { done: () => router.refresh() };
  const isOn = found.since !== null;
  const close = () => setDialog(null);
  return (
    <Panel
      title="Cost by resource from Cost Explorer"
      note={found.fetchedAt ? `fetched ${formatDateTime(found.fetchedAt)}` : 'the last 14 days'}
    >
      <div className={styles.body}>
        {isOn && found.failure && (
          <div className={ui.notice} data-tone="warning" role="alert">
            {found.failure.message}
          </div>
        )}
        {refusal && (
          <div className={ui.notice} data-tone="bad" role="alert">
            {refusal}
          </div>
        )}
        <p>
          {isOn && <Badge tone="good">On</Badge>}{' '}
          {isOn
            ? 'Once a day Cost Explorer is asked what each resource of these accounts cost. A billing export tells more, and nothing is paid for reading it.'
            : `Without a billing export, Cost Explorer can tell what each resource cost in the last 14 days. AWS bills ${formatMoney(REQUEST_PRICE_USD, 'USD')} for each request, so it is off until you agree to the price.`}
        </p>
        <Price found={found} />
        {canWrite && (
          <div>
            {isOn ? (
              <button
                type="button"
                className={ui.button}
                disabled={isPending}
                onClick={() => setDialog('leave')}
              >
                Stop asking
              </button>
            ) : (
              <button
                type="button"
                className={ui.button}
                disabled={isPending}
                onClick={() => setDialog('ask')}
              >
                Ask Cost Explorer…
              </button>
            )}
          </div>
        )}
      </div>
      {dialog === 'ask' && (
        <ConfirmDialog
          title="Ask Cost Explorer for cost by resource?"
          confirm={`Agree to about ${price(found.requests)} a day`}
          onConfirm={() => run(() => ask({ connectionId, requests: found.requests }), refresh)}
          onClose={close}
        >
          {`For ${counted(found.accounts, 'account', 'accounts')} that is about ${counted(found.requests, 'request', 'requests')} a day. The daily limit of ${formatMoney(dailyCapUsd, 'USD')} holds for them too: what does not fit into it is asked for the next day. The payer account has to have switched on resource-level data in its Cost Management preferences.`}
        </ConfirmDialog>
      )}
      {dialog === 'leave' && (
        <ConfirmDialog
          title="Stop asking for cost by resource?"
          confirm="Stop and erase"
          isDanger
          onConfirm={() => run(() => leave({ connectionId }), refresh)}
          onClose={close}
        >
          What Cost Explorer told of the resources is erased at once. The resources stay, and what the
          accounts cost by service stays as it is.
        </ConfirmDialog>
      )}
    </Panel>
  );
}
