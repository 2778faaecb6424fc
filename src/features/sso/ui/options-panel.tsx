'use client';

import { NativeSelect, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { roles } from '@/domain/permissions';
import { useVerb } from '@/ui/use-verb';
import { Panel } from '@/ui/panel';
import { roleName } from '@/ui/role-name';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import type { OptionsInput } from '../schemas';
import { GroupRules, type RuleDraft } from './group-rules';
import styles from './sso.module.css';
import type { SsoActions } from './types';

interface Props {
  readonly connection: ConnectionFacts;
  readonly mayWrite: boolean;
  readonly save: SsoActions['changeOptions'];
}

/** Who is let in, and as what. */
export function OptionsPanel({ connection, mayWrite, save }: Props) {
  const [name, setName] = useState(connection.name);
  const [defaultRole, setDefaultRole] = useState(connection.defaultRole);
  const [rules, setRules] = useState<readonly RuleDraft[]>(connection.groupRules);
  const [switches, setSwitches] = useState({
    isJitOn: connection.isJitOn,
    allowIdpInitiated: connection.allowIdpInitiated,
    wantEncrypted: connection.wantEncrypted,
    wantSignedAssertion: connection.wantSignedAssertion,
  });
  const [isSaved, setSaved] = useState(false);
  const { run, isPending, refusal, fields } = useVerb();
  const toggle = (key: keyof typeof switches, label: string, description: string) => ({
    label,
    description,
    disabled: !mayWrite,
    checked: switches[key],
    onChange: (event: { currentTarget: { checked: boolean } }) =>
      setSwitches({ ...switches, [key]: event.currentTarget.checked }),
  });
  const isStricter =
    (switches.wantEncrypted && !connection.wantEncrypted) ||
    (switches.wantSignedAssertion && !connection.wantSignedAssertion);
  const turnsOff = isStricter && connection.status === 'active';
  return (
    <Panel title="Who comes in, and as what" padded>
      <form
        className={styles.form}
        noValidate
        onChange={() => setSaved(false)}
        onSubmit={(event) => {
          event.preventDefault();
          // The verb's schema has the last word on both roles.
          const input = { connectionId: connection.id, name, defaultRole, groupRules: rules, ...switches };
          run(() => save(input as OptionsInput), { done: () => setSaved(true) });
        }}
      >
        <div className={styles.fields}>
          <TextInput
            label="Name"
            description="Shown on the sign-in page."
            disabled={!mayWrite}
            value={name}
            error={fields['name']}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NativeSelect
            label="Role of new people"
            description="And of people in none of the groups below."
            disabled={!mayWrite}
            data={roles
              .filter((role) => role !== 'owner')
              .map((role) => ({ value: role, label: roleName(role) }))}
            value={defaultRole}
            error={fields['defaultRole']}
            onChange={(event) => setDefaultRole(event.currentTarget.value)}
          />
        </div>
        <GroupRules rules={rules} isDisabled={!mayWrite} fields={fields} onChange={setRules} />
        <Switch
          {...toggle(
            'isJitOn',
            'Make people members at their first sign-in',
            'Off: only people who were invited or provisioned come in.',
          )}
        />
        <Switch
          {...toggle(
            'wantSignedAssertion',
            'Want response and assertion both signed',
            'Off only for Google Workspace and others that sign one of the two: then the response must be signed, and its signature covers the assertion. Turning it on again needs a new test login.',
          )}
        />
        <Switch
          {...toggle(
            'wantEncrypted',
            'Refuse assertions that are not encrypted',
            'Encrypted ones are always taken. Turning this on needs a new test login.',
          )}
        />
        <Switch
          {...toggle(
            'allowIdpInitiated',
            'Take sign-ins that begin at the provider',
            'For tiles in its portal. Less safe: nobody here asked for them, so people are asked to confirm who they are.',
          )}
        />
        {turnsOff && (
          <p className={ui.small}>
            The connection is on. Saving this turns it off until a new test login, and signs out who came by
            it.
          </p>
        )}
        {refusal && (
          <p role="alert" className={styles.error}>
            {refusal}
          </p>
        )}
        {mayWrite && (
          <div className={styles.row}>
            <button type="submit" className={ui.button} data-kind="primary" disabled={isPending}>
              {isPending ? 'One moment' : 'Save'}
            </button>
            <span role="status" className={styles.good}>
              {isSaved && 'Saved'}
            </span>
          </div>
        )}
      </form>
    </Panel>
  );
}
