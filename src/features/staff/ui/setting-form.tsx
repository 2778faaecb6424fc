'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useConfirmed } from '@/ui/step-up';
import ui from '@/ui/ui.module.css';
import type { StaffSetting } from '../schemas';
import styles from './staff.module.css';

interface Props {
  readonly setting: StaffSetting;
  readonly save: (input: { setting: StaffSetting }) => Promise<ActionResult<unknown>>;
}

const choices: readonly { value: StaffSetting; label: string; note: string }[] = [
  {
    value: 'approve',
    label: 'An owner approves each request',
    note: 'Nobody looks in before that. A request is over after 24 hours.',
  },
  {
    value: 'notify',
    label: 'Owners are told',
    note: 'Access starts once an owner was mailed. Where no mail can be sent, an owner approves.',
  },
  {
    value: 'never',
    label: 'Nobody can ask',
    note: 'Ends what is open at once. Staff cannot help with what they cannot see.',
  },
];

export function SettingForm({ setting, save }: Props) {
  const router = useRouter();
  const confirmed = useConfirmed();
  const [chosen, setChosen] = useState(setting);
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, start] = useTransition();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        start(async () => {
          const result = await confirmed(() => save({ setting: chosen }));
          setMessage(result.ok ? null : result.error.message);
          router.refresh();
        });
      }}
    >
      <fieldset style={{ display: 'grid', gap: 12, margin: 0, padding: 0, border: 0 }}>
        <legend className={ui.visuallyHidden}>Before staff look into this workspace</legend>
        {choices.map((choice) => (
          <label key={choice.value} className={styles.choice}>
            <input
              type="radio"
              name="setting"
              value={choice.value}
              checked={chosen === choice.value}
              onChange={() => setChosen(choice.value)}
            />
            <span>{choice.label}</span>
            <small>{choice.note}</small>
          </label>
        ))}
      </fieldset>
      {message && (
        <div role="alert" className={styles.error}>
          {message}
        </div>
      )}
      <div>
        <button className={ui.button} data-kind="primary" disabled={isPending || chosen === setting}>
          {isPending ? 'Saving' : 'Save'}
        </button>
      </div>
    </form>
  );
}
