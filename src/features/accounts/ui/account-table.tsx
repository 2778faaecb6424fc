'use client';

import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { formatCount } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { Table } from '@/ui/table';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import type { AccountLine } from '../list-accounts';
import styles from './accounts.module.css';

interface Props {
  readonly accounts: readonly AccountLine[];
  readonly label: (input: { ref: string; label: string; group: string }) => Promise<ActionResult<void>>;
}

const GROUPS = 'account-groups';

function AccountRow({ account, label }: { account: AccountLine; label: Props['label'] }) {
  const [draft, setDraft] = useState({ label: account.label, group: account.group });
  const { run, isPending, refusal } = useVerb();
  const isChanged = draft.label !== account.label || draft.group !== account.group;
  const called = account.name ?? account.id;
  const form = `account-${account.ref}`;
  return (
    <tr>
      <th scope="row">
        <span className={styles.name}>
          {called}
          <span className={`${ui.small} ${ui.muted}`}>
            {account.name ? `${account.id} · ` : ''}
            {account.connection}
          </span>
        </span>
      </th>
      <td>
        <input
          form={form}
          className={styles.field}
          aria-label={`Label of ${called}`}
          placeholder={called}
          maxLength={80}
          value={draft.label}
          onChange={(event) => setDraft({ ...draft, label: event.target.value })}
        />
      </td>
      <td>
        <input
          form={form}
          className={styles.field}
          aria-label={`Group of ${called}`}
          placeholder="None"
          list={GROUPS}
          maxLength={80}
          value={draft.group}
          onChange={(event) => setDraft({ ...draft, group: event.target.value })}
        />
      </td>
      <td>
        <form
          id={form}
          onSubmit={(event) => {
            event.preventDefault();
            if (isChanged) run(() => label({ ref: account.ref, ...draft }));
          }}
        >
          <button
            type="submit"
            className={ui.button}
            aria-label={`Save ${called}`}
            disabled={!isChanged || isPending}
          >
            Save
          </button>
        </form>
        {refusal && (
          <div role="alert" className={styles.error}>
            {refusal}
          </div>
        )}
      </td>
    </tr>
  );
}

/** The customer's own names and groups for their accounts. */
export function AccountTable({ accounts, label }: Props) {
  const groups = [...new Set(accounts.map((account) => account.group).filter(Boolean))];
  return (
    <Panel title="Linked accounts" note={formatCount(accounts.length)}>
      <p className={styles.intro}>
        A label stands in reports instead of the name that AWS has. Accounts of one group can be reported
        together. Both are yours alone, and go with the account when its connection is revoked.
      </p>
      <datalist id={GROUPS}>
        {groups.map((group) => (
          <option key={group} value={group} />
        ))}
      </datalist>
      {accounts.length === 0 ? (
        <p className={styles.intro}>There is no account yet. They come with a connection or a file.</p>
      ) : (
        <Table
          label="Linked accounts"
          columns={[
            { label: 'Account' },
            { label: 'Label' },
            { label: 'Group' },
            { label: 'Save', isHidden: true },
          ]}
        >
          {accounts.map((account) => (
            <AccountRow
              key={`${account.ref} ${account.label} ${account.group}`}
              account={account}
              label={label}
            />
          ))}
        </Table>
      )}
    </Panel>
  );
}
