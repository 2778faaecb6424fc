import type { Metadata } from 'next';
import { may, type Ctx } from '@/context';
import { actionGroupLabels } from '@/features/audit/action-groups';
import { auditActions, labelOf } from '@/features/audit/action-words';
import { listAudit, listAuditPeople } from '@/features/audit/read-audit';
import { readRetention } from '@/features/audit/retention';
import {
  actionGroups,
  auditKeys,
  auditParams,
  parseAuditQuery,
  type AuditQuery,
} from '@/features/audit/schemas';
import { AuditFilters, type ActionChoice } from '@/features/audit/ui/audit-filters';
import { AuditTable } from '@/features/audit/ui/audit-table';
import styles from '@/features/audit/ui/audit.module.css';
import { RetentionForm } from '@/features/audit/ui/retention-form';
import { TrailTools } from '@/features/audit/ui/trail-tools';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import type { Search } from '@/server/search-params';
import { Empty, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { moreAuditAction, setRetentionAction, verifyAuditAction } from './actions';

export const metadata: Metadata = { title: 'Audit trail' };

function valuesOf(search: Search): Record<string, string> {
  return Object.fromEntries(
    auditKeys.flatMap((key) => {
      const value = search[key];
      const first = Array.isArray(value) ? value[0] : value;
      return first ? [[key, first]] : [];
    }),
  );
}

const choices: readonly ActionChoice[] = actionGroups.map((group) => ({
  group,
  label: actionGroupLabels[group] ?? group,
  actions: auditActions
    .filter((action) => action.startsWith(`${group}.`))
    .map((action) => ({ action, label: labelOf(action) })),
}));

async function Events({ ctx, query }: { ctx: Ctx; query: AuditQuery }) {
  const page = await listAudit(ctx, query);
  const filter = auditParams(query).toString();
  if (page.events.length === 0) {
    return (
      <Empty
        title={filter ? 'No event is like this' : 'No events yet'}
        {...(filter ? { action: <ButtonLink href="/settings/audit">Show all</ButtonLink> } : {})}
      >
        {filter
          ? 'Nothing in the trail fits this filter.'
          : 'What people, tokens and Belvedere do here is written down from now on.'}
      </Empty>
    );
  }
  return (
    <Panel title="Audit trail" note="Newest first. Times are UTC.">
      <AuditTable key={filter} page={page} filter={filter} more={moreAuditAction} />
    </Panel>
  );
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<Search> }) {
  const { ctx } = await pageContext('audit:read');
  const values = valuesOf(await searchParams);
  const parsed = parseAuditQuery(new URLSearchParams(values));
  const [people, days] = await Promise.all([listAuditPeople(ctx), readRetention(ctx)]);
  return (
    <div className={ui.stack}>
      <p className={ui.muted}>
        Who did what, when and from where. Events are only ever added, and each carries the hash of the one
        before it: one that is changed, left out or put in breaks the chain. Note the newest link somewhere
        else to be sure of the whole.
      </p>
      <TrailTools filter={parsed.ok ? auditParams(parsed.query).toString() : ''} verify={verifyAuditAction} />
      <AuditFilters
        values={values}
        errors={parsed.ok ? {} : parsed.fields}
        people={people}
        choices={choices}
      />
      {parsed.ok ? (
        <Events ctx={ctx} query={parsed.query} />
      ) : (
        <Empty
          title="This filter is not understood"
          action={<ButtonLink href="/settings/audit">Show all</ButtonLink>}
        >
          {Object.values(parsed.fields)[0] ?? 'A part of it is not understood.'}
        </Empty>
      )}
      <Panel title="How long events are kept" padded>
        <div className={styles.retention}>
          <RetentionForm days={days} canWrite={may(ctx.actor, 'workspace:write')} save={setRetentionAction} />
        </div>
      </Panel>
    </div>
  );
}
