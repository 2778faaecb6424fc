'use client';

import { roles } from '@/domain/permissions';
import { roleName } from '@/ui/role-name';
import styles from './people.module.css';

interface Props {
  readonly label: string;
  readonly value: string;
  /** Only owners make owners. */
  readonly canMakeOwner: boolean;
  readonly isPending?: boolean;
  readonly id?: string;
  readonly onChange: (role: string) => void;
}

export function RoleSelect({ label, value, canMakeOwner, isPending, id, onChange }: Props) {
  return (
    <select
      {...(id ? { id } : { 'aria-label': label })}
      className={styles.select}
      value={value}
      disabled={isPending ?? false}
      onChange={(event) => onChange(event.target.value)}
    >
      {roles
        .filter((role) => canMakeOwner || role !== 'owner')
        .map((role) => (
          <option key={role} value={role}>
            {roleName(role)}
          </option>
        ))}
    </select>
  );
}
