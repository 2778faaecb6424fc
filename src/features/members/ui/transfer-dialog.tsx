'use client';

import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import styles from './people.module.css';
import type { MemberLine } from './types';

interface Props {
  readonly member: MemberLine;
  readonly onConfirm: (staysOwner: boolean) => void;
  readonly onClose: () => void;
}

export function TransferDialog({ member, onConfirm, onClose }: Props) {
  const [staysOwner, setStays] = useState(false);
  return (
    <ConfirmDialog
      title={`Hand the workspace over to ${member.name}?`}
      confirm="Hand over"
      isDanger
      onClose={onClose}
      onConfirm={() => onConfirm(staysOwner)}
    >
      <p>
        {member.name} becomes an owner: they can do everything, also remove you and delete the workspace
        {member.managed?.accounts ? ', and see all accounts' : ''}.
      </p>
      <fieldset className={styles.choice}>
        <legend>You</legend>
        <label>
          <input type="radio" name="after" checked={!staysOwner} onChange={() => setStays(false)} />
          become an admin
        </label>
        <label>
          <input type="radio" name="after" checked={staysOwner} onChange={() => setStays(true)} />
          stay an owner as well
        </label>
      </fieldset>
    </ConfirmDialog>
  );
}
