'use client';

import { Table, type Column } from '@/ui/table';
import { MemberRow } from './member-row';
import styles from './people.module.css';
import type { AccountChoice, MemberLine, PeopleActions } from './types';

const managedColumns: readonly Column[] = [
  { label: 'Person' },
  { label: 'Role' },
  { label: 'Accounts' },
  { label: 'Last seen' },
  { label: 'Second factor' },
  { label: 'How they came' },
  { label: 'Actions', isHidden: true },
];
const plainColumns: readonly Column[] = [{ label: 'Person' }, { label: 'Role' }, { label: 'How they came' }];

interface Props {
  readonly members: readonly MemberLine[];
  readonly accounts: readonly AccountChoice[];
  readonly canManage: boolean;
  readonly isOwner: boolean;
  readonly actions: PeopleActions;
}

export function MemberTable({ members, accounts, canManage, isOwner, actions }: Props) {
  const columns = canManage ? managedColumns : plainColumns;
  return (
    <div className={styles.dense}>
      <Table label="Members" columns={columns}>
        {members.map((member) => (
          <MemberRow
            key={member.userId}
            member={member}
            accounts={accounts}
            isOwner={isOwner}
            columns={columns.length}
            actions={actions}
          />
        ))}
      </Table>
    </div>
  );
}
