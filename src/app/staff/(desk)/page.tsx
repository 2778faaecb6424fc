import type { Metadata } from 'next';
import Link from 'next/link';
import { z } from 'zod';
import { listHealth } from '@/features/staff/health';
import { listOwnAccesses } from '@/features/staff/own-accesses';
import { readReview } from '@/features/staff/review';
import { AskForm } from '@/features/staff/ui/ask-form';
import { HealthTable } from '@/features/staff/ui/health-table';
import { OwnAccesses } from '@/features/staff/ui/own-accesses';
import styles from '@/features/staff/ui/staff.module.css';
import { staffDesk } from '@/server/staff-session';
import { formatCount } from '@/ui/format';
import { Empty, PageHead, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { askAccessAction, endOwnAccessAction, openAccessAction } from '../actions';

export const metadata: Metadata = { title: 'Staff', robots: { index: false } };

const Search = z.object({
  q: z.string().max(36).catch(''),
  ask: z.uuid().nullable().catch(null),
});

interface Props {
  readonly searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function StaffPage({ searchParams }: Props) {
  const ctx = await staffDesk();
  const { q, ask } = Search.parse(await searchParams);
  const [health, accesses, review] = await Promise.all([
    listHealth(ctx, q),
    listOwnAccesses(ctx),
    readReview(ctx),
  ]);
  return (
    <>
      <PageHead title="Workspaces">
        <form role="search" className={styles.search}>
          <input name="q" defaultValue={q} placeholder="Beginning of an id" aria-label="Search by id" />
          <button className={ui.button}>Search</button>
        </form>
      </PageHead>
      <div className={ui.stack}>
        {review.isOverdue && (
          <div className={ui.notice} data-tone="warning">
            <span>Nobody has signed the list of staff of {review.quarter} yet.</span>
            <Link href="/staff/review" style={{ textDecoration: 'underline' }}>
              Review it
            </Link>
          </div>
        )}
        {ask && (
          <Panel title={`Ask to look into ${ask}`} padded>
            <AskForm key={ask} workspaceId={ask} ask={askAccessAction} />
          </Panel>
        )}
        {accesses.length > 0 && (
          <Panel title="Your requests">
            <OwnAccesses accesses={accesses.slice(0, 20)} open={openAccessAction} end={endOwnAccessAction} />
          </Panel>
        )}
        {health.rows.length === 0 ? (
          <Empty title="No workspace">
            {q ? 'No id begins with that. Search for less of it.' : 'Nobody has made one yet.'}
          </Empty>
        ) : (
          <Panel
            title="Health"
            note={
              health.total > health.rows.length
                ? `${health.rows.length} of ${formatCount(health.total)}; search by id for the others`
                : 'ids and health: names and figures take an access'
            }
          >
            <HealthTable rows={health.rows} />
          </Panel>
        )}
      </div>
    </>
  );
}
