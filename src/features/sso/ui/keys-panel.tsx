'use client';

import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { useVerb } from '@/ui/use-verb';
import { formatDay } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import type { KeyFacts } from '../keys';
import styles from './sso.module.css';
import type { SsoActions } from './types';

const day = (iso: string) => formatDay(iso.slice(0, 10), { year: true });

interface Props {
  readonly keys: readonly KeyFacts[];
  readonly mayWrite: boolean;
  readonly actions: Pick<SsoActions, 'rotateKey' | 'retireKey'>;
}

/** The keys that we sign requests with and that providers encrypt for. */
export function KeysPanel({ keys, mayWrite, actions }: Props) {
  const [asked, setAsked] = useState<'new' | string | null>(null);
  const { run, isPending, refusal } = useVerb();
  return (
    <Panel
      title="Our keys"
      note={
        mayWrite ? (
          <button type="button" className={ui.button} disabled={isPending} onClick={() => setAsked('new')}>
            New key
          </button>
        ) : (
          'of this workspace alone'
        )
      }
    >
      <Table
        label="Key pairs"
        columns={[
          { label: 'Certificate, SHA-256' },
          { label: 'Made' },
          { label: 'State' },
          { label: 'Actions', isHidden: true, isNumeric: true },
        ]}
      >
        {keys.map((key) => (
          <tr key={key.id}>
            <th scope="row">
              <code>
                {key.fingerprint.slice(0, 8)}…{key.fingerprint.slice(-4)}
              </code>
            </th>
            <td>{day(key.createdAt)}</td>
            <td>
              {key.isSigning ? (
                <Badge tone="good">Signs and decrypts</Badge>
              ) : (
                <Badge>Decrypts until {key.retiresAt && day(key.retiresAt)}</Badge>
              )}
            </td>
            <td className={ui.num}>
              {mayWrite && !key.isSigning && (
                <button
                  type="button"
                  className={ui.button}
                  disabled={isPending}
                  onClick={() => setAsked(key.id)}
                >
                  Let go now
                </button>
              )}
            </td>
          </tr>
        ))}
      </Table>
      {refusal && (
        <p role="alert" className={`${styles.error} ${styles.foot}`}>
          {refusal}
        </p>
      )}
      {asked === 'new' && (
        <ConfirmDialog
          title="Make a new key?"
          confirm="Make a new key"
          onClose={() => setAsked(null)}
          onConfirm={() => run(() => actions.rotateKey())}
        >
          <p>
            It signs our requests from now on. The present one decrypts, and stays in the metadata, for 30
            days.
          </p>
          <p>
            Give your provider the new metadata right after: one that checks our signature refuses the new key
            until then.
          </p>
        </ConfirmDialog>
      )}
      {asked !== null && asked !== 'new' && (
        <ConfirmDialog
          title="Let this key go?"
          confirm="Let it go"
          isDanger
          onClose={() => setAsked(null)}
          onConfirm={() => run(() => actions.retireKey({ keyId: asked }))}
        >
          <p>
            What your provider still encrypts for it can no longer be read, and those sign-ins are refused.
          </p>
        </ConfirmDialog>
      )}
    </Panel>
  );
}
