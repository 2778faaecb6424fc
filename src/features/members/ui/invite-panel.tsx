'use client';

import { useState } from 'react';
import { Panel } from '@/ui/panel';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';
import { AccountPicker } from './account-picker';
import styles from './people.module.css';
import { RoleSelect } from './role-select';
import type { AccountChoice, PeopleActions, SentInvitation } from './types';
import { seesAllAlways } from './words';

interface Props {
  readonly accounts: readonly AccountChoice[];
  readonly canMakeOwner: boolean;
  readonly invite: PeopleActions['invite'];
  readonly onSent: (sent: SentInvitation) => void;
  readonly onClose: () => void;
}

export function InvitePanel({ accounts, canMakeOwner, invite, onSent, onClose }: Props) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('viewer');
  const [isLimited, setLimited] = useState(false);
  const [chosen, setChosen] = useState<string[]>([]);
  const { run, isPending, refusal, fields } = useVerb();
  const sendsLimit = isLimited && !seesAllAlways(role);
  const other = fields['email'] ? null : refusal;
  const submit = () =>
    run(() => invite({ email, role, accounts: sendsLimit ? chosen : null }), {
      done: (sent) => {
        setEmail('');
        setChosen([]);
        setLimited(false);
        onSent(sent);
      },
    });
  return (
    <Panel title="Invite somebody" note="the link works once, for 7 days" padded>
      <form
        className={styles.invite}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <div className={styles.inviteLine}>
          <TextField
            id="invite-email"
            label="Email"
            autoComplete="off"
            value={email}
            error={fields['email']}
            onChange={setEmail}
          />
          <div className={styles.field}>
            <label htmlFor="invite-role" className={ui.small}>
              Role
            </label>
            <RoleSelect
              id="invite-role"
              label="Role"
              value={role}
              canMakeOwner={canMakeOwner}
              onChange={setRole}
            />
          </div>
        </div>
        {seesAllAlways(role) ? (
          <p className={`${ui.small} ${ui.muted}`}>Owners and admins see all accounts.</p>
        ) : (
          <fieldset className={styles.choice}>
            <legend className={ui.small}>Sees the costs of</legend>
            <label>
              <input type="radio" name="scope" checked={!isLimited} onChange={() => setLimited(false)} />
              all accounts, also those that are connected later
            </label>
            <label>
              <input
                type="radio"
                name="scope"
                checked={isLimited}
                disabled={accounts.length === 0}
                onChange={() => setLimited(true)}
              />
              {accounts.length === 0 ? 'some accounts only, once one is connected' : 'some accounts only'}
            </label>
          </fieldset>
        )}
        {sendsLimit && <AccountPicker accounts={accounts} chosen={chosen} onChange={setChosen} />}
        {other && (
          <p role="alert" className={styles.error}>
            {other}
          </p>
        )}
        <div className={styles.buttons}>
          <button
            className={ui.button}
            data-kind="primary"
            disabled={isPending || (sendsLimit && chosen.length === 0)}
          >
            {isPending ? 'Inviting' : 'Invite'}
          </button>
          <button type="button" className={ui.button} onClick={onClose}>
            Close
          </button>
        </div>
      </form>
    </Panel>
  );
}
