'use client';

import { REQUEST_PRICE_USD } from '@/domain/sync-plan';
import { counted, priceOf } from '@/features/connections/ui/paid-requests';
import { PaidQuestion } from '@/features/connections/ui/paid-question';
import type { ActionResult } from '@/ui/action-result';
import { formatCount, formatDateTime, formatMoney } from '@/ui/format';
import type { ResourceCostSummary } from '../read-resource-costs';

interface Props {
  readonly connectionId: string;
  readonly found: ResourceCostSummary;
  readonly dailyCapUsd: string;
  readonly canWrite: boolean;
  readonly ask: (input: { connectionId: string; requests: number }) => Promise<ActionResult<unknown>>;
  readonly leave: (input: { connectionId: string }) => Promise<ActionResult<unknown>>;
}

const DAYS_A_MONTH = 30;

/** Whether Cost Explorer is asked for costs by resource, and what that costs. Nothing is asked before somebody agrees to the price. */
export function ResourceCostPanel({ connectionId, found, dailyCapUsd, canWrite, ask, leave }: Props) {
  const { requests, accounts } = found;
  const isOn = found.since !== null;
  const about = found.isGuess ? 'about ' : '';
  return (
    <PaidQuestion
      title="Cost by resource from Cost Explorer"
      note={found.fetchedAt ? `fetched ${formatDateTime(found.fetchedAt)}` : 'the last 14 days'}
      isOn={isOn}
      problem={found.failure?.message ?? null}
      about={
        isOn
          ? 'Once a day Cost Explorer is asked what each resource of these accounts cost. A billing export tells more, and nothing is paid for reading it.'
          : `Without a billing export, Cost Explorer can tell what each resource cost in the last 14 days. AWS bills ${formatMoney(REQUEST_PRICE_USD, 'USD')} for each request, so it is off until you agree to the price.`
      }
      facts={[
        ['Accounts', formatCount(accounts)],
        ['Requests a day', `${about}${formatCount(requests)}`],
        [
          'AWS bills you',
          `${about}${priceOf(requests)} a day, ${priceOf(requests * DAYS_A_MONTH)} in ${DAYS_A_MONTH} days`,
        ],
      ]}
      canWrite={canWrite}
      ask={
        isOn
          ? null
          : {
              label: 'Ask Cost Explorer…',
              title: 'Ask Cost Explorer for cost by resource?',
              confirm: `Agree to about ${priceOf(requests)} a day`,
              text: `For ${counted(accounts, 'account', 'accounts')} that is about ${counted(requests, 'request', 'requests')} a day. The daily limit of ${formatMoney(dailyCapUsd, 'USD')} holds for them too: what does not fit into it is asked for the next day. The payer account has to have switched on resource-level data in its Cost Management preferences.`,
              run: () => ask({ connectionId, requests }),
            }
      }
      leave={{
        label: 'Stop asking',
        title: 'Stop asking for cost by resource?',
        confirm: 'Stop and erase',
        text: 'What Cost Explorer told of the resources is erased at once. The resources stay, and what the accounts cost by service stays as it is.',
        run: () => leave({ connectionId }),
      }}
    />
  );
}
