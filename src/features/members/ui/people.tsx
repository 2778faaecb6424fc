'use client';

import { useState, type ReactNode } from 'react';
import { Empty, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { InvitationTable } from './invitation-table';
import { InvitePanel } from './invite-panel';
import { LeavePanel } from './leave-panel';
import { MemberTable } from './member-table';
import styles from './people.module.css';
import { SentNotice } from './sent-notice';
import type { AccountChoice, InvitationLine, MemberLine, PeopleActions, SentInvitation } from './types';

interface Props {
  readonly workspace: string;
  readonly members: readonly MemberLine[];
  /** How many match what was searched for. */
  readonly total: number;
  readonly invitations: readonly InvitationLine[];
  readonly accounts: readonly AccountChoice[];
  readonly canManage: boolean;
  readonly isOwner: boolean;
  readonly actions: PeopleActions;
  readonly search: ReactNode;
  readonly pages: ReactNode;
}

export function People(props: Props) {
  const { members, invitations, accounts, canManage, isOwner, actions } = props;
  const [isInviting, setInviting] = useState(false);
  const [sent, setSent] = useState<SentInvitation | null>(null);
  const note = (
    <div className={styles.tools}>
      {props.search}
      {canManage && !isInviting && (
        <button type="button" className={ui.button} data-kind="primary" onClick={() => setInviting(true)}>
          Invite
        </button>
      )}
    </div>
  );
  return (
    <div className={ui.stack}>
      {isInviting && (
        <InvitePanel
          accounts={accounts}
          canMakeOwner={isOwner}
          invite={actions.invite}
          onSent={setSent}
          onClose={() => setInviting(false)}
        />
      )}
      {sent && <SentNotice key={sent.link ?? sent.id} sent={sent} />}
      <Panel title={props.total === 1 ? '1 member' : `${props.total} members`} note={note}>
        {members.length === 0 ? (
          <Empty title="Nobody found">No member has this in their name or address.</Empty>
        ) : (
          <MemberTable
            members={members}
            accounts={accounts}
            canManage={canManage}
            isOwner={isOwner}
            actions={actions}
          />
        )}
        {props.pages}
      </Panel>
      {canManage && (
        <Panel title="Invitations">
          {invitations.length === 0 ? (
            <p className={styles.none}>Nobody is invited at the moment.</p>
          ) : (
            <InvitationTable invitations={invitations} actions={actions} onSent={setSent} />
          )}
        </Panel>
      )}
      <LeavePanel workspace={props.workspace} leave={actions.leave} />
    </div>
  );
}
