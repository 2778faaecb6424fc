'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import styles from '@/ui/auth.module.css';
import { useAction } from '@/ui/form-state';
import { Badge, Panel } from '@/ui/panel';
import { useConfirmed } from '@/ui/step-up';
import ui from '@/ui/ui.module.css';

interface Props {
  readonly left: number;
  readonly make: () => Promise<ActionResult<string[]>>;
}

function download(codes: readonly string[]): void {
  const url = URL.createObjectURL(
    new Blob([`Belvedere recovery codes\n\n${codes.join('\n')}\n`], { type: 'text/plain' }),
  );
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.download = 'belvedere-recovery-codes.txt';
  anchor.click();
  URL.revokeObjectURL(url);
}

/** Ten codes for the day the phone is lost. Shown once. */
export function RecoveryCodes({ left, make }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const [codes, setCodes] = useState<string[] | null>(null);
  const { failure, isPending, run } = useAction();
  const tone = left === 0 ? 'neutral' : left < 4 ? 'warning' : 'good';
  return (
    <Panel title="Recovery codes" note={<Badge tone={tone}>{left} left</Badge>} padded>
      {codes ? (
        <>
          <p className={ui.small}>Keep them where you keep passwords. They are not shown again.</p>
          <ul className={styles.codes} aria-label="Recovery codes">
            {codes.map((code) => (
              <li key={code}>{code}</li>
            ))}
          </ul>
          <span style={{ display: 'flex', gap: 8 }}>
            <button className={ui.button} onClick={() => download(codes)}>
              Download
            </button>
            <button
              className={ui.button}
              onClick={() => {
                setCodes(null);
                router.refresh();
              }}
            >
              I have kept them
            </button>
          </span>
        </>
      ) : (
        <div className={ui.notice} style={{ border: 0, padding: 0, alignItems: 'center' }}>
          <span>
            Each of ten codes stands in for your second factor once. {left > 0 ? 'New ones end the old.' : ''}
          </span>
          <button
            className={ui.button}
            disabled={isPending}
            onClick={() => run(() => confirmed(make), setCodes)}
          >
            {left > 0 ? 'Make new codes' : 'Make codes'}
          </button>
        </div>
      )}
      {failure.message && (
        <div className={styles.error} role="alert">
          {failure.message}
        </div>
      )}
    </Panel>
  );
}
