'use client';

import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { Badge } from '@/ui/panel';
import { roleName } from '@/ui/role-name';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import styles from './people.module.css';
import type { InvitationLine, PeopleActions, SentInvitation } from './types';
import { accountsInWords } from './words';

interface Props {
  readonly invitations: readonly InvitationLine[];
  readonly actions: Pick<PeopleActions, 'resend' | 'withdraw'>;
  readonly onSent: (sent: SentInvitation) => void;
}

function Row({ line, actions, onSent }: Omit<Props, 'invitations'> & { line: InvitationLine }) {
  const [isAsking, setAsking] = useState(false);
  const { run, isPending, refusal } = useVerb();
  const invitationId = line.id;
  return (
    <tr>
      <th scope="row" className={styles.person}>
        <div className={styles.cut} title={line.email}>
          {line.email}
        </div>
        <div className={`${styles.cut} ${ui.small} ${ui.muted}`}>by {line.invitedBy}</div>
      </th>
      <td>{roleName(line.role)}</td>
      <td>{accountsInWords(line.accounts)}</td>
      <td>
        {line.state === 'open' && (
          <span className={ui.muted} title={line.expires}>
            Until {line.expires.split(',')[0]}
          </span>
        )}
        {line.state === 'expired' && (
          <Badge tone="warning" title={line.expires}>
            Expired {line.expires.split(',')[0]}
          </Badge>
        )}
        {line.state === 'void' && (
          <Badge
            tone="warning"
            title="Whoever sent it may no longer invite to this role. Send it again in your name."
          >
            Its sender may not invite now
          </Badge>
        )}
      </td>
      <td className={ui.num}>
        {refusal && (
          <span role="alert" className={styles.error}>
            {refusal}
          </span>
        )}
        {line.canManage && (
          <>
            <button
              type="button"
              className={ui.button}
              disabled={isPending}
              aria-label={`Send the invitation of ${line.email} again`}
              onClick={() => run(() => actions.resend({ invitationId }), { done: onSent })}
            >
              Send again
            </button>
            <button
              type="button"
              className={ui.button}
              disabled={isPending}
              aria-label={`Withdraw the invitation of ${line.email}`}
              onClick={() => setAsking(true)}
            >
              Withdraw
            </button>
          </>
        )}
        {isAsking && (
          <ConfirmDialog
            title={`Withdraw the invitation of ${line.email}?`}
            confirm="Withdraw"
            isDanger
            onClose={() => setAsking(false)}
            onConfirm={() => run(() => actions.withdraw({ invitationId }))}
          >
            <p>Its link opens nothing from then on. You can invite the address again.</p>
          </ConfirmDialog>
        )}
      </td>
    </tr>
  );
}

export function InvitationTable({ invitations, actions, onSent }: Props) {
  return (
    <div className={styles.dense}>
      <Table
        label="Invitations"
        columns={[
          { label: 'Address' },
          { label: 'Role' },
          { label: 'Accounts' },
          { label: 'Link' },
          { label: 'Actions', isHidden: true },
        ]}
      >
        {invitations.map((line) => (
          <Row key={line.id} line={line} actions={actions} onSent={onSent} />
        ))}
      </Table>
    </div>
  );
}
