'use client';

import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { Badge, Panel, type Tone } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { RoleCheck as RoleState } from '../check-role-gone';
import styles from './receipt.module.css';
import { ticketOf } from './role-ticket';

interface Props {
  readonly connectionId: string;
  readonly stackName: string;
  readonly stacksUrl: string;
  readonly check: (input: { ticket: string }) => Promise<ActionResult<{ role: RoleState }>>;
}

const WORDS: Record<RoleState, { text: string; tone: Tone }> = {
  gone: { text: '✓ no longer opens for us', tone: 'good' },
  'still-there': { text: 'role still there', tone: 'warning' },
  unclear: { text: 'AWS gave no clear answer', tone: 'neutral' },
};

export function RoleCheck({ connectionId, stackName, stacksUrl, check }: Props) {
  const [role, setRole] = useState<RoleState | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  const look = () =>
    start(async () => {
      const ticket = ticketOf(connectionId);
      if (!ticket) {
        setMessage(
          'The account number is no longer stored, and this page was opened anew. Look for the role in the AWS console.',
        );
        return;
      }
      const result = await check({ ticket });
      if (result.ok) setRole(result.data.role);
      setMessage(result.ok ? null : result.error.message);
    });
  return (
    <Panel
      title="On the AWS side"
      note={role && <Badge tone={WORDS[role].tone}>{WORDS[role].text}</Badge>}
      padded
    >
      <div className={styles.line}>
        <span>
          Delete the stack <code className={ui.code}>{stackName}</code> to remove the role as well.
        </span>
        <a className={ui.button} href={stacksUrl} target="_blank" rel="noopener noreferrer">
          Open in CloudFormation <span aria-hidden="true">↗</span>
        </a>
        <button type="button" className={ui.button} disabled={isPending} onClick={look}>
          {role ? 'Check again' : 'Check that it no longer opens'}
        </button>
      </div>
      {message && (
        <p role="status" className={`${ui.small} ${ui.muted}`} style={{ marginTop: 8 }}>
          {message}
        </p>
      )}
    </Panel>
  );
}
