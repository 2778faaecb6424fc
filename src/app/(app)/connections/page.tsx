import type { Metadata } from 'next';
import Link from 'next/link';
import { may } from '@/context';
import { times } from '@/domain/money';
import { REQUEST_PRICE_USD } from '@/domain/sync-plan';
import { listConnections } from '@/features/connections/read-connections';
import { accountWords, statusWords } from '@/features/connections/status-words';
import { listReceipts } from '@/features/erasure/read-receipt';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { formatCount, formatDateTime, formatMoney } from '@/ui/format';
import { Badge, Empty, PageHead, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Connections' };

export default async function ConnectionsPage() {
  const { ctx } = await pageContext('connection:read');
  const [details, receipts] = await Promise.all([listConnections(ctx), listReceipts(ctx)]);
  const canConnect = may(ctx.actor, 'connection:write');
  const connect = canConnect && (
    <ButtonLink href="/connections/new" kind="primary">
      Connect an AWS account
    </ButtonLink>
  );
  return (
    <div className={ui.stack}>
      <div>
        <PageHead title="Connections">{details.length > 0 && connect}</PageHead>
        {details.length === 0 ? (
          <Empty title="No account is connected" action={connect}>
            Belvedere reads cost through a role in your account that you can take back at any time. It cannot
            read your data.
          </Empty>
        ) : (
          <Panel>
            <Table
              columns={[
                { label: 'Connection' },
                { label: 'Account' },
                { label: 'State' },
                { label: 'Linked accounts', isNumeric: true },
                { label: 'Last sync' },
                { label: 'Requests so far', isNumeric: true },
              ]}
            >
              {details.map((detail) => {
                const words = statusWords(detail);
                return (
                  <tr key={detail.connection.id} data-link="true">
                    <th scope="row">
                      <Link className={ui.link} href={`/connections/${detail.connection.id}`}>
                        {detail.connection.name}
                      </Link>
                    </th>
                    <td>{accountWords(detail.connection)}</td>
                    <td>
                      <Badge tone={words.tone}>{words.text}</Badge>
                    </td>
                    <td className={ui.num}>
                      {detail.linkedAccounts === 0 ? '–' : formatCount(detail.linkedAccounts)}
                    </td>
                    <td className={ui.muted}>
                      {detail.connection.kind === 'upload'
                        ? '–'
                        : detail.sync?.finishedAt
                          ? formatDateTime(new Date(detail.sync.finishedAt).toISOString())
                          : 'not yet'}
                    </td>
                    <td className={ui.num}>
                      {detail.connection.kind === 'upload'
                        ? '–'
                        : `${formatCount(detail.requestsEver)} · ${formatMoney(times(REQUEST_PRICE_USD, detail.requestsEver), 'USD')}`}
                    </td>
                  </tr>
                );
              })}
            </Table>
          </Panel>
        )}
      </div>
      {receipts.length > 0 && (
        <Panel title="Revoked" note="what remains of them is a receipt">
          <Table
            columns={[{ label: 'Connection' }, { label: 'Erased' }, { label: 'Receipt', isHidden: true }]}
          >
            {receipts.map((receipt) => (
              <tr key={receipt.connectionId}>
                <th scope="row">
                  <code className={ui.code}>{receipt.connectionId.slice(0, 8)}</code>
                </th>
                <td className={ui.muted}>{formatDateTime(receipt.erasedAt.toISOString())}</td>
                <td className={ui.num}>
                  <Link className={ui.link} href={`/receipts/${receipt.connectionId}`}>
                    Receipt
                  </Link>
                </td>
              </tr>
            ))}
          </Table>
        </Panel>
      )}
    </div>
  );
}
