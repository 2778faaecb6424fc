'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import { departure } from './confirmations';
import styles from './people.module.css';
import type { PeopleActions } from './types';

export function LeavePanel({ workspace, leave }: { workspace: string; leave: PeopleActions['leave'] }) {
  const router = useRouter();
  const [isAsking, setAsking] = useState(false);
  const { run, isPending, refusal } = useVerb();
  return (
    <Panel title="Leave" padded>
      <div className={styles.leave}>
        <p className={ui.small}>Your access to {workspace} ends at once. Your login stays.</p>
        <button type="button" className={ui.button} disabled={isPending} onClick={() => setAsking(true)}>
          {isPending ? 'Leaving' : 'Leave the workspace'}
        </button>
      </div>
      {refusal && (
        <p role="alert" className={styles.error}>
          {refusal}
        </p>
      )}
      {isAsking && (
        <ConfirmDialog
          {...departure(workspace)}
          onClose={() => setAsking(false)}
          onConfirm={() =>
            run(leave, {
              done: () => {
                router.replace('/overview');
                router.refresh();
              },
            })
          }
        />
      )}
    </Panel>
  );
}
