'use client';

import { Popover } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import ui from '@/ui/ui.module.css';
import styles from './audit.module.css';

export interface Verdict {
  readonly isUnbroken: boolean;
  readonly words: string;
}

interface Props {
  /** As in the address; empty: everything. */
  readonly filter: string;
  readonly verify: () => Promise<ActionResult<Verdict>>;
}

function ExportMenu({ filter }: { filter: string }) {
  const [isOpen, setOpen] = useState(false);
  const formats = [
    { href: '/api/audit.csv', label: 'CSV', note: 'For a spreadsheet' },
    { href: '/api/audit.jsonl', label: 'JSON lines', note: 'With hashes, to verify offline' },
  ];
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={ui.button} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          Export <span aria-hidden="true">⌄</span>
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <div className={styles.menu}>
          {formats.map(({ href, label, note }) => (
            <a
              key={href}
              href={filter ? `${href}?${filter}` : href}
              download=""
              onClick={() => setOpen(false)}
            >
              {label}
              <small>{filter ? `${note}, as filtered` : note}</small>
            </a>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** Verifies the chain, and exports what the filter lets through. */
export function TrailTools({ filter, verify }: Props) {
  const router = useRouter();
  const [verdict, setVerdict] = useState<Verdict | null>(null);
  const [isPending, start] = useTransition();
  const check = () =>
    start(async () => {
      const result = await verify();
      setVerdict(result.ok ? result.data : { isUnbroken: false, words: result.error.message });
      router.refresh();
    });
  return (
    <div className={styles.tools}>
      <div className={styles.headRight}>
        <button type="button" className={ui.button} disabled={isPending} onClick={check}>
          {isPending ? 'Verifying…' : 'Verify the chain'}
        </button>
        <ExportMenu filter={filter} />
      </div>
      <div role="status">
        {verdict && (
          <div
            className={`${ui.notice ?? ''} ${styles.notice ?? ''}`}
            {...(verdict.isUnbroken ? {} : { 'data-tone': 'bad' })}
          >
            {verdict.words}
          </div>
        )}
      </div>
    </div>
  );
}
