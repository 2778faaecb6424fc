'use client';

import { Popover } from '@mantine/core';
import { useState } from 'react';
import { formatDateTime, formatDay, formatMonth, formatTime } from '@/ui/format';
import ui from '@/ui/ui.module.css';
import type { Overview } from '../overview';

/** The time alone while it is from the day that is loaded up to, the day as well where it is older. */
function when(iso: string, loadedUntil: string): string {
  const day = iso.slice(0, 10);
  return day >= loadedUntil ? formatTime(iso) : formatDay(day);
}

/** Says whether our sums are what AWS says in total, with both figures; where they are not, where the difference lies. */
export function AgreementBadge({
  overview,
}: {
  overview: Pick<Overview, 'agreement' | 'currency' | 'syncedAt' | 'loaded' | 'isLimited'>;
}) {
  const [isOpen, setOpen] = useState(false);
  const { agreement, currency } = overview;
  if (!agreement) return <span className={ui.badge}>Not compared with AWS yet</span>;
  const matches = agreement.differences.length === 0;
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" returnFocus>
      <Popover.Target>
        <button
          type="button"
          className={ui.badge}
          data-tone={matches ? 'good' : 'bad'}
          data-testid="agreement"
          style={{ border: 0, cursor: 'pointer' }}
          onClick={() => setOpen(!isOpen)}
        >
          {matches ? '✓ Matches AWS' : '≠ Differs from AWS'} ·{' '}
          {when(agreement.comparedAt, overview.loaded.end)}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <dl className={ui.facts} style={{ padding: 10, minWidth: 290 }}>
          <div>
            <dt>{overview.isLimited ? 'AWS says of your accounts, all months' : 'AWS says, all months'}</dt>
            <dd data-testid="agreement-aws">
              {agreement.aws} {currency}
            </dd>
          </div>
          <div>
            <dt>Sum of what we show</dt>
            <dd data-testid="agreement-ours">
              {agreement.ours} {currency}
            </dd>
          </div>
          <div>
            <dt>Compared</dt>
            <dd>{formatDateTime(agreement.comparedAt)}</dd>
          </div>
          {agreement.beingCompared > 0 && (
            <div>
              <dt>Being compared</dt>
              <dd>{agreement.beingCompared} months of accounts</dd>
            </div>
          )}
          <div>
            <dt>Data from</dt>
            <dd>{formatDateTime(overview.syncedAt)}</dd>
          </div>
          {agreement.differences.slice(0, 8).map((difference) => (
            <div key={difference.account + difference.period}>
              <dt>
                {difference.account}, {formatMonth(difference.period, { year: true })}
              </dt>
              <dd>
                {difference.ours} of {difference.aws}
              </dd>
            </div>
          ))}
        </dl>
      </Popover.Dropdown>
    </Popover>
  );
}
