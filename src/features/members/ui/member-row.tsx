'use client';

import { useOptimistic, useState } from 'react';
import { ConfirmDialog, type Confirmation } from '@/ui/confirm-dialog';
import { Badge } from '@/ui/panel';
import { roleName } from '@/ui/role-name';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import { removal, roleConfirmation } from './confirmations';
import { LimitEditor } from './limit-editor';
import { MemberMenu } from './member-menu';
import styles from './people.module.css';
import { RoleSelect } from './role-select';
import { TransferDialog } from './transfer-dialog';
import type { AccountChoice, MemberLine, PeopleActions } from './types';
import { accountsInWords } from './words';

interface Props {
  readonly member: MemberLine;
  readonly accounts: readonly AccountChoice[];
  readonly isOwner: boolean;
  readonly columns: number;
  readonly actions: PeopleActions;
}

function Person({ member }: { member: MemberLine }) {
  const isUnconfirmed = member.managed?.isVerified === false;
  return (
    <th scope="row" className={styles.person}>
      <div className={styles.cut} title={member.name}>
        <b>{member.name}</b>
        {member.isYou && <span className={ui.muted}> (you)</span>}
      </div>
      <div className={`${styles.cut} ${ui.small} ${ui.muted}`} title={member.email}>
        {member.email}
        {isUnconfirmed && ', not confirmed'}
      </div>
      {member.deactivated && (
        <Badge tone="warning" title={`Since ${member.deactivated}. They cannot come in.`}>
          Switched off
        </Badge>
      )}
    </th>
  );
}

function Managed({ managed }: { managed: NonNullable<MemberLine['managed']> }) {
  return (
    <>
      <td>{accountsInWords(managed.accounts ? managed.accounts.length : null)}</td>
      <td className={ui.muted}>
        {managed.lastSeen ? (
          <span title={managed.lastSeen}>{managed.lastSeen.split(',')[0]}</span>
        ) : (
          <span title="They have no open session.">Signed out</span>
        )}
      </td>
      <td>{managed.hasSecondFactor ? 'Yes' : <Badge tone="warning">No</Badge>}</td>
    </>
  );
}

export function MemberRow({ member, accounts, isOwner, columns, actions }: Props) {
  const { run, isPending, refusal } = useVerb();
  const [role, showRole] = useOptimistic(member.role);
  const [asked, setAsked] = useState<Confirmation | null>(null);
  const [open, setOpen] = useState<'limit' | 'transfer' | null>(null);
  const { userId } = member;

  const setRole = (next: string) => {
    const words = roleConfirmation(member, next);
    const apply = () =>
      run(() => actions.changeRole({ userId, role: next, liftsLimit: Boolean(member.managed?.accounts) }), {
        before: () => showRole(next),
      });
    if (words) setAsked({ ...words, onConfirm: apply });
    else apply();
  };
  const remove = () =>
    setAsked({ ...removal(member), onConfirm: () => run(() => actions.remove({ userId })) });

  return (
    <>
      <tr>
        <Person member={member} />
        <td>
          {member.canManage ? (
            <RoleSelect
              label={`Role of ${member.name}`}
              value={role}
              canMakeOwner={isOwner}
              isPending={isPending}
              onChange={setRole}
            />
          ) : (
            roleName(member.role)
          )}
        </td>
        {member.managed && <Managed managed={member.managed} />}
        <td className={styles.how}>
          <div>{member.how}</div>
          <div className={`${ui.small} ${ui.muted}`}>{member.joined}</div>
        </td>
        {member.managed && (
          <td className={ui.num}>
            {member.canManage && !member.isYou && (
              <MemberMenu
                member={member}
                isOwner={isOwner}
                hasAccounts={accounts.length > 0}
                isPending={isPending}
                onLimit={() => setOpen('limit')}
                onTransfer={() => setOpen('transfer')}
                onRemove={remove}
              />
            )}
            {open === 'transfer' && (
              <TransferDialog
                member={member}
                onClose={() => setOpen(null)}
                onConfirm={(staysOwner) => run(() => actions.transfer({ userId, staysOwner }))}
              />
            )}
            {asked && <ConfirmDialog {...asked} onClose={() => setAsked(null)} />}
          </td>
        )}
      </tr>
      {refusal && open !== 'limit' && (
        <tr>
          <td colSpan={columns} role="alert" className={styles.error}>
            {refusal}
          </td>
        </tr>
      )}
      {open === 'limit' && (
        <tr>
          <td colSpan={columns}>
            <LimitEditor
              name={member.name}
              accounts={accounts}
              current={member.managed?.accounts ?? null}
              isPending={isPending}
              message={refusal}
              onClose={() => setOpen(null)}
              onSave={(next) =>
                run(() => actions.limit({ userId, accounts: next }), { done: () => setOpen(null) })
              }
            />
          </td>
        </tr>
      )}
    </>
  );
}
