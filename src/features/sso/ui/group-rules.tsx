'use client';

import { NativeSelect, TextInput } from '@mantine/core';
import { roles } from '@/domain/permissions';
import { roleName } from '@/ui/role-name';
import ui from '@/ui/ui.module.css';
import styles from './sso.module.css';

export interface RuleDraft {
  readonly group: string;
  readonly role: string;
}

interface Props {
  readonly rules: readonly RuleDraft[];
  readonly isDisabled: boolean;
  readonly fields: Readonly<Record<string, string>>;
  readonly onChange: (rules: RuleDraft[]) => void;
}

/** Which group of the provider gives which role. */
export function GroupRules({ rules, isDisabled, fields, onChange }: Props) {
  const set = (at: number, change: Partial<RuleDraft>) =>
    onChange(rules.map((rule, index) => (index === at ? { ...rule, ...change } : rule)));
  return (
    <fieldset className={styles.fieldset} disabled={isDisabled}>
      <legend className={styles.legend}>Roles by group</legend>
      <p className={`${ui.small} ${ui.muted}`}>
        {rules.length > 0
          ? 'Set at every sign-in: the highest role of somebody’s groups, or the role above without one. The last owner stays an owner.'
          : 'Without rules, roles are given in People and a sign-in changes none.'}
      </p>
      {rules.map((rule, at) => (
        <div className={styles.rule} key={at}>
          <TextInput
            aria-label={`Group ${at + 1}`}
            placeholder="Name or ID, as the provider sends it"
            value={rule.group}
            error={fields[`groupRules.${at}.group`]}
            onChange={(event) => set(at, { group: event.currentTarget.value })}
          />
          <NativeSelect
            aria-label={`Role of group ${at + 1}`}
            data={roles.map((role) => ({ value: role, label: roleName(role) }))}
            value={rule.role}
            onChange={(event) => set(at, { role: event.currentTarget.value })}
          />
          <button
            type="button"
            className={ui.button}
            aria-label={`Remove group ${at + 1}`}
            onClick={() => onChange(rules.filter((_, index) => index !== at))}
          >
            Remove
          </button>
        </div>
      ))}
      <div>
        <button
          type="button"
          className={ui.button}
          onClick={() => onChange([...rules, { group: '', role: 'viewer' }])}
        >
          Add a group
        </button>
      </div>
    </fieldset>
  );
}
