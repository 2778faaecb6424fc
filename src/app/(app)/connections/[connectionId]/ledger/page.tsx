import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { NotFound } from '@/errors';
import { countLedger, readConnection, readLedger } from '@/features/connections/read-connections';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { formatCount } from '@/ui/format';
import { Badge, Empty, PageHead, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Access ledger' };

const SHOWN = 200;

export default async function LedgerPage({ params }: { params: Promise<{ connectionId: string }> }) {
  const { ctx } = await pageContext('ledger:read');
  const id = z.uuid().safeParse((await params).connectionId);
  if (!id.success) notFound();
  const [detail, entries, inAll] = await Promise.all([
    readConnection(ctx, id.data),
    readLedger(ctx, id.data, SHOWN),
    countLedger(ctx, id.data),
  ]).catch((error: unknown) => {
    if (error instanceof NotFound) notFound();
    throw error;
  });
  return (
    <>
      <PageHead title={`Access ledger of ${detail.connection.name}`}>
        <ButtonLink href={`/api/connections/${id.data}/ledger.csv`} download>
          CSV
        </ButtonLink>
        <ButtonLink href={`/connections/${id.data}`}>Back</ButtonLink>
      </PageHead>
      {entries.length === 0 ? (
        <Empty title="No calls yet">
          Every call to AWS is written down here, to hold against your CloudTrail.
        </Empty>
      ) : (
        <Panel
          title="Calls to AWS"
          note={`${formatCount(inAll)} in all${inAll > SHOWN ? `, the newest ${SHOWN} shown; the CSV has every one` : ''}`}
        >
          <Table
            columns={[
              { label: 'Time, UTC' },
              { label: 'Action' },
              { label: 'Region' },
              { label: 'Outcome' },
              { label: 'ms', isNumeric: true },
              { label: 'AWS request id' },
            ]}
            label="Calls to AWS"
            isWhole
          >
            {entries.map((entry) => (
              <tr key={`${entry.at.toISOString()} ${entry.requestId} ${entry.action}`}>
                <th scope="row">{entry.at.toISOString().replace('T', ' ').replace('Z', '')}</th>
                <td>
                  {entry.service} · {entry.action}
                </td>
                <td>{entry.region}</td>
                <td>
                  <Badge tone={entry.outcome === 'ok' ? 'good' : 'neutral'}>{entry.outcome}</Badge>
                </td>
                <td className={ui.num}>{entry.durationMs}</td>
                <td className={ui.muted}>{entry.requestId ?? '–'}</td>
              </tr>
            ))}
          </Table>
        </Panel>
      )}
    </>
  );
}
