'use client';

import Link from 'next/link';
import { REQUEST_PRICE_USD } from '@/domain/sync-plan';
import { counted, priceOf } from '@/features/connections/ui/paid-requests';
import { PaidQuestion } from '@/features/connections/ui/paid-question';
import type { ActionResult } from '@/ui/action-result';
import { formatCount, formatDateTime, formatMoney } from '@/ui/format';
import ui from '@/ui/ui.module.css';
import type { CostTagSummary } from '../read-cost-tags';

interface Props {
  readonly connectionId: string;
  readonly found: CostTagSummary;
  readonly dailyCapUsd: string;
  readonly canWrite: boolean;
  /** Whether the person may see the tags of the workspace. */
  readonly maySeeTags: boolean;
  readonly ask: (input: { connectionId: string; requests: number }) => Promise<ActionResult<unknown>>;
  readonly leave: (input: { connectionId: string }) => Promise<ActionResult<unknown>>;
}

function keysOf({ keys, keysWithValues }: CostTagSummary): string {
  const all = formatCount(keys);
  return keysWithValues === keys
    ? `${all}, all with their values`
    : `${all}, ${formatCount(keysWithValues)} with their values`;
}

function problemOf({ failure, requests, agreed, isGuess, accounts }: CostTagSummary): string | null {
  if (accounts === 0) return null;
  if (failure) return failure.message;
  if (isGuess || requests <= agreed) return null;
  return `Cost Explorer knows more keys than you agreed to pay for. The values of some are not asked: that takes ${counted(requests, 'request', 'requests')} a week, and you agreed to ${formatCount(agreed)}.`;
}

/** Whether Cost Explorer is asked for tags, and what that costs. Nothing is asked before somebody agrees to the price. */
export function CostTagPanel(props: Props) {
  const { connectionId, found, dailyCapUsd, canWrite, maySeeTags, ask, leave } = props;
  const { requests, agreed, accounts } = found;
  const isOn = found.since !== null;
  const isCovered = accounts === 0;
  // What is on costs no more than somebody agreed to.
  const billed = isOn ? Math.min(requests, agreed) : requests;
  const about = found.isGuess ? 'about ' : '';
  const limit = formatMoney(dailyCapUsd, 'USD');
  return (
    <PaidQuestion
      title="Tags from Cost Explorer"
      note={found.listedAt ? `asked ${formatDateTime(found.listedAt)}` : 'the last 12 months'}
      isOn={isOn}
      problem={problemOf(found)}
      about={
        isCovered ? (
          'Billing exports tell the tags of all accounts by now, so Cost Explorer is not asked and nothing is billed.'
        ) : isOn ? (
          <>
            Once a week Cost Explorer is asked which tags and cost categories these accounts have.{' '}
            {maySeeTags ? (
              <Link href="/settings/tags" className={ui.link}>
                Settings, Tags
              </Link>
            ) : (
              'Settings, Tags'
            )}{' '}
            shows them. What they cost comes with a billing export.
          </>
        ) : (
          `Without a billing export, Cost Explorer can tell which tags are activated for cost, which cost categories there are, and their values. AWS bills ${formatMoney(REQUEST_PRICE_USD, 'USD')} for each request, so it is off until you agree to the price.`
        )
      }
      facts={[
        ...(found.listedAt ? [['Keys', keysOf(found)] as const] : []),
        ...(isCovered
          ? []
          : [
              ['Requests a week', `${about}${formatCount(billed)}`] as const,
              ['AWS bills you', `${about}${priceOf(billed)} a week`] as const,
            ]),
      ]}
      canWrite={canWrite}
      ask={
        isCovered || (isOn && requests <= agreed)
          ? null
          : {
              label: isOn ? 'Ask for all values…' : 'Ask for tags…',
              title: 'Ask Cost Explorer for tags?',
              confirm: `Agree to ${priceOf(requests)} a week`,
              text: `That is ${about}${counted(requests, 'request', 'requests')} a week, one for each key and two for what keys there are, and never more than you agree to here. The daily limit of ${limit} holds for them too: what does not fit into it is asked for the next day.`,
              run: () => ask({ connectionId, requests }),
            }
      }
      leave={{
        label: 'Ask no more for tags',
        title: 'Stop asking for tags?',
        confirm: 'Stop and erase',
        text: 'What Cost Explorer told of tags is erased at once. Your rules for tags stay, and tags of resources and of billing exports stay as they are. Asking again later is billed again.',
        run: () => leave({ connectionId }),
      }}
    />
  );
}
