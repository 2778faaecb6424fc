import Link from 'next/link';
import { estimateDailyRequests, estimateFirstLoadRequests, REQUEST_PRICE_USD } from '@/domain/sync-plan';
import { times } from '@/domain/money';
import { formatMoney } from '@/ui/format';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { TemplateFacts } from '../launch-options';
import styles from './connect.module.css';

interface Props {
  readonly template: TemplateFacts;
  readonly now: Date;
  readonly accounts: number | null;
  readonly dailyCapUsd: string;
  readonly externalId: string | null;
}

const price = (requests: number) => formatMoney(times(REQUEST_PRICE_USD, requests), 'USD');

/** What AWS charges, how the customer stays in control, and what a security team wants to see. */
export function SideFacts({ template, now, accounts, dailyCapUsd, externalId }: Props) {
  return (
    <aside className={styles.side}>
      <Panel padded>
        <h2>What this costs you</h2>
        <p>AWS charges $0.01 for each Cost Explorer request.</p>
        <dl className={ui.facts} style={{ marginTop: 10 }}>
          {accounts === null && (
            <div>
              <dt>13 months of one account, once</dt>
              <dd>about {price(estimateFirstLoadRequests(1, now))}</dd>
            </div>
          )}
          <div>
            <dt>13 months{accounts === null ? ' of 12 accounts' : ''}, once</dt>
            <dd>about {price(estimateFirstLoadRequests(accounts ?? 12, now))}</dd>
          </div>
          <div>
            <dt>Each day after</dt>
            <dd>about {price(estimateDailyRequests(accounts ?? 12))}</dd>
          </div>
          <div>
            <dt>Daily limit</dt>
            <dd>{formatMoney(dailyCapUsd, 'USD')}</dd>
          </div>
        </dl>
      </Panel>
      <Panel padded>
        <h2>How you stay in control</h2>
        <p>
          No keys are stored: access lasts at most an hour at a time and each call is in the access ledger, to
          hold against your CloudTrail.
        </p>
        <p>
          Revoke at any time in Settings. Every synced row is erased in about a second and you get a signed
          receipt.
        </p>
      </Panel>
      <Panel padded>
        <h2>For your security team</h2>
        <p>
          <Link className={ui.link} href="/security">
            Every action, what it returns and why it is safe
          </Link>
        </p>
        <p>
          Template {template.version} · SHA-256{' '}
          <code className={ui.code} title={template.sha256}>
            {template.sha256.slice(0, 4)}…{template.sha256.slice(-4)}
          </code>
        </p>
        {externalId ? (
          <p>
            ExternalId <code className={ui.code}>{externalId}</code>, made for this connection only.
          </p>
        ) : (
          <p>
            The ExternalId is made by us, for each connection anew, and a role that opens without it is
            refused.
          </p>
        )}
      </Panel>
    </aside>
  );
}
