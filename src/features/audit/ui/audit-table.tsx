'use client';

import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { formatDay, formatTime } from '@/ui/format';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { AuditEntry, AuditPage } from '../read-audit';
import type { MoreInput } from '../schemas';
import styles from './audit.module.css';
import { EventDetail } from './event-detail';

interface Props {
  readonly page: AuditPage;
  /** As in the address. Give it as the key too: another filter is another list. */
  readonly filter: string;
  readonly more: (input: MoreInput) => Promise<ActionResult<AuditPage>>;
}

function Row({ event }: { event: AuditEntry }) {
  const [isOpen, setOpen] = useState(false);
  const id = `event-${event.seq}`;
  return (
    <>
      <tr>
        <th scope="row">
          <button
            type="button"
            className={styles.toggle}
            aria-expanded={isOpen}
            aria-controls={id}
            title={event.at}
            onClick={() => setOpen(!isOpen)}
          >
            <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
            <time dateTime={event.at}>
              {formatDay(event.at.slice(0, 10), { year: true })}, {formatTime(event.at)}
            </time>
          </button>
        </th>
        <td className={styles.who} title={event.actor.email ?? event.actor.name}>
          {event.actor.name}
        </td>
        <td className={styles.what}>{event.what}</td>
        <td className={ui.muted}>{event.address ?? '–'}</td>
      </tr>
      <tr id={id} hidden={!isOpen}>
        <td colSpan={4} className={styles.open}>
          {isOpen && <EventDetail event={event} />}
        </td>
      </tr>
    </>
  );
}

/** What was seen before stays when newer events come to stand above it. */
function merged(page: AuditPage, seen: readonly AuditEntry[]): AuditEntry[] {
  const bySeq = new Map([...seen, ...page.events].map((event) => [event.seq, event]));
  return [...bySeq.values()].sort((one, two) => two.seq - one.seq);
}

export function AuditTable({ page, filter, more }: Props) {
  const [seen, setSeen] = useState<readonly AuditEntry[]>([]);
  const [older, setOlder] = useState<number | null | undefined>(undefined);
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  const events = merged(page, seen);
  const next = older === undefined ? page.next : older;
  const load = (before: number) =>
    start(async () => {
      const result = await more({ filter, before });
      if (!result.ok) return setMessage(result.error.message);
      setMessage(null);
      setSeen([...events, ...result.data.events]);
      setOlder(result.data.next);
    });
  return (
    <>
      <Table
        label="Audit trail"
        isWhole
        columns={[{ label: 'Time' }, { label: 'Who' }, { label: 'What' }, { label: 'Address' }]}
      >
        {events.map((event) => (
          <Row key={event.seq} event={event} />
        ))}
      </Table>
      {(next !== null || message) && (
        <div className={styles.foot}>
          {next !== null && (
            <button type="button" className={ui.button} disabled={isPending} onClick={() => load(next)}>
              {isPending ? 'Loading…' : 'Load more'}
            </button>
          )}
          {message && <span role="alert">{message}</span>}
        </div>
      )}
    </>
  );
}
