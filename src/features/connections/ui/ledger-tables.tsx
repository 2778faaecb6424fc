import Link from 'next/link';
import { ButtonLink } from '@/ui/button-link';
import { formatCount } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { ledgerSearch, type LedgerEntry, type LedgerFilter, type LedgerKind } from '../read-ledger';

const stamp = (at: Date) => at.toISOString().replace('T', ' ').replace('Z', '');

function Outcome({ outcome }: { outcome: string }) {
  return <Badge tone={outcome === 'ok' ? 'good' : 'neutral'}>{outcome}</Badge>;
}

/** Each kind of call leads to the calls of its kind. */
export function LedgerKinds({ path, kinds }: { path: string; kinds: readonly LedgerKind[] }) {
  return (
    <Panel title="What was called" note="Hold it against the actions that the template grants">
      <Table
        columns={[
          { label: 'Action' },
          { label: 'Outcome' },
          { label: 'Calls', isNumeric: true },
          { label: 'Last, UTC' },
        ]}
        label="Kinds of call"
        isWhole
      >
        {kinds.map(({ service, action, outcome, calls, last }) => (
          <tr key={`${service} ${action} ${outcome}`}>
            <th scope="row">
              <Link href={`${path}${ledgerSearch({ service, action, outcome })}`}>
                {service} · {action}
              </Link>
            </th>
            <td>
              <Outcome outcome={outcome} />
            </td>
            <td className={ui.num}>{formatCount(calls)}</td>
            <td className={ui.muted}>{stamp(last)}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}

interface CallsProps {
  readonly path: string;
  readonly entries: readonly LedgerEntry[];
  readonly filter: LedgerFilter;
  /** How many there are like this, on this page and others. */
  readonly inAll: number;
  readonly isFirst: boolean;
  readonly hasMore: boolean;
}

function title({ service, action, outcome }: LedgerFilter): string {
  const kind = [service, action].filter(Boolean).join(' · ');
  return `${kind || 'Calls to AWS'}${outcome ? `, ${outcome}` : ''}`;
}

export function LedgerCalls({ path, entries, filter, inAll, isFirst, hasMore }: CallsProps) {
  const last = entries.at(-1);
  const isFiltered = Object.values(filter).some(Boolean);
  return (
    <Panel
      title={title(filter)}
      note={
        <span className={ui.controls}>
          <span className={ui.note}>{formatCount(inAll)} in all, newest first</span>
          {isFiltered && (
            <ButtonLink href={path} kind="plain">
              All calls
            </ButtonLink>
          )}
        </span>
      }
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
          <tr key={entry.id}>
            <th scope="row">{stamp(entry.at)}</th>
            <td>
              {entry.service} · {entry.action}
            </td>
            <td>{entry.region}</td>
            <td>
              <Outcome outcome={entry.outcome} />
            </td>
            <td className={ui.num}>{entry.durationMs}</td>
            <td className={ui.muted}>{entry.requestId ?? '–'}</td>
          </tr>
        ))}
      </Table>
      {(hasMore || !isFirst) && (
        <nav className={ui.panelBody} aria-label="Pages of calls">
          {!isFirst && <ButtonLink href={`${path}${ledgerSearch(filter)}`}>Newest</ButtonLink>}{' '}
          {hasMore && last && (
            <ButtonLink href={`${path}${ledgerSearch(filter, last)}`}>Older calls</ButtonLink>
          )}
        </nav>
      )}
    </Panel>
  );
}
