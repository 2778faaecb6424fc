'use client';

import { useRouter } from 'next/navigation';
import { useState, useTransition } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { Step } from '@/ui/step';
import ui from '@/ui/ui.module.css';
import type { GroupChoice } from '../launch-options';
import styles from './connect.module.css';

interface Props {
  readonly groups: readonly GroupChoice[];
  readonly start: (input: { account: string; groups: string[] }) => Promise<ActionResult<{ id: string }>>;
}

export function StartForm({ groups, start }: Props) {
  const router = useRouter();
  const [account, setAccount] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>(
    groups.filter((group) => group.isDefault || group.isRequired).map((group) => group.id),
  );
  const [message, setMessage] = useState<string | null>(null);
  const [isPending, begin] = useTransition();

  const submit = () =>
    begin(async () => {
      const result = await start({ account, groups: [...chosen] });
      if (result.ok) router.push(`/connections/${result.data.id}`);
      else setMessage(result.error.fields?.['account'] ?? result.error.message);
    });

  return (
    <form
      className={ui.panel}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      noValidate
    >
      <Step number={1} state="now">
        <h2>Which account?</h2>
        <p>The management account shows all of an organization. Any single account works too.</p>
        <input
          className={styles.account}
          aria-label="AWS account, 12 digits"
          aria-describedby="account-error"
          aria-invalid={message !== null}
          placeholder="12 digits, or the ARN of a role"
          inputMode="numeric"
          autoComplete="off"
          value={account}
          onChange={(event) => setAccount(event.target.value)}
        />
        <div id="account-error" role="alert" className={styles.error}>
          {message}
        </div>
      </Step>
      <Step number={2} state="now">
        <h2>What may Belvedere read?</h2>
        <p>Lists and descriptions only. Nothing here can read your data, secrets or configuration values.</p>
        <ul className={styles.groups}>
          {groups.map((group) => {
            const isOn = chosen.includes(group.id);
            return (
              <li key={group.id}>
                <label>
                  <input
                    type="checkbox"
                    checked={isOn}
                    disabled={group.isRequired}
                    onChange={() =>
                      setChosen(isOn ? chosen.filter((id) => id !== group.id) : [...chosen, group.id])
                    }
                  />
                  <span>
                    <b>{group.title}</b>{' '}
                    <small>
                      · {group.actions} actions{group.services > 1 ? ` in ${group.services} services` : ''}
                    </small>
                    <p>
                      {group.isRequired
                        ? 'Needed for every cost figure'
                        : isOn
                          ? group.purpose
                          : group.withoutIt}
                    </p>
                  </span>
                </label>
              </li>
            );
          })}
        </ul>
      </Step>
      <Step number={3} state="later">
        <h2>Launch the stack</h2>
        <p>
          The next page has the link to CloudFormation with everything filled in, the CLI command and
          Terraform.
        </p>
        <div className={styles.actions}>
          <button type="submit" className={ui.button} data-kind="primary" disabled={isPending}>
            {isPending ? 'One moment' : 'Continue'}
          </button>
        </div>
      </Step>
    </form>
  );
}
