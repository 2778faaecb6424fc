import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { NotFound } from '@/errors';
import { readConnection } from '@/features/connections/read-connections';
import { parseLedgerSearch, readLedger, summariseLedger } from '@/features/connections/read-ledger';
import { LedgerCalls, LedgerKinds } from '@/features/connections/ui/ledger-tables';
import { toParams, type Search } from '@/server/search-params';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { Empty, PageHead } from '@/ui/panel';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Access ledger' };

const SHOWN = 100;

interface Props {
  readonly params: Promise<{ connectionId: string }>;
  readonly searchParams: Promise<Search>;
}

export default async function LedgerPage({ params, searchParams }: Props) {
  const { ctx } = await pageContext('ledger:read');
  const id = z.uuid().safeParse((await params).connectionId);
  if (!id.success) notFound();
  const { filter, after } = parseLedgerSearch(toParams(await searchParams));
  const [detail, entries, kinds] = await Promise.all([
    readConnection(ctx, id.data),
    readLedger(ctx, id.data, SHOWN + 1, { filter, after }),
    summariseLedger(ctx, id.data),
  ]).catch((error: unknown) => {
    if (error instanceof NotFound) notFound();
    throw error;
  });
  const path = `/connections/${id.data}/ledger`;
  const inAll = kinds
    .filter(
      (kind) =>
        (filter.service ?? kind.service) === kind.service &&
        (filter.action ?? kind.action) === kind.action &&
        (filter.outcome ?? kind.outcome) === kind.outcome,
    )
    .reduce((sum, kind) => sum + kind.calls, 0);
  return (
    <>
      <PageHead title={`Access ledger of ${detail.connection.name}`}>
        <ButtonLink href={`/api/connections/${id.data}/ledger.csv`} download>
          CSV
        </ButtonLink>
        <ButtonLink href={`/connections/${id.data}`}>Back</ButtonLink>
      </PageHead>
      {kinds.length === 0 ? (
        <Empty title="No calls yet">
          Every call to AWS is written down here, to hold against your CloudTrail.
        </Empty>
      ) : (
        <div className={ui.stack}>
          <LedgerKinds path={path} kinds={kinds} />
          <LedgerCalls
            path={path}
            entries={entries.slice(0, SHOWN)}
            filter={filter}
            inAll={inAll}
            isFirst={after === null}
            hasMore={entries.length > SHOWN}
          />
        </div>
      )}
    </>
  );
}
