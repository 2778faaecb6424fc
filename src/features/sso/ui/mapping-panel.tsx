'use client';

import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useVerb } from '@/ui/use-verb';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import styles from './sso.module.css';
import type { SsoActions } from './types';

const attributes = [
  { key: 'email', label: 'Email address', usual: 'email, mail, Entra’s emailaddress, or the NameID' },
  { key: 'name', label: 'Name', usual: 'displayName, name, or first and last name' },
  { key: 'groups', label: 'Groups', usual: 'groups, memberOf, Entra’s groups' },
] as const;

interface Props {
  readonly connection: ConnectionFacts;
  readonly mayWrite: boolean;
  readonly save: SsoActions['changeMapping'];
}

/** Which attribute says what; offers those that the last test login sent. */
export function MappingPanel({ connection, mayWrite, save }: Props) {
  const { attributeMap, lastTest } = connection;
  const [values, setValues] = useState({
    email: attributeMap.email ?? '',
    name: attributeMap.name ?? '',
    groups: attributeMap.groups ?? '',
  });
  const { run, isPending, refusal, fields } = useVerb();
  const isChanged = attributes.some(({ key }) => values[key].trim() !== (attributeMap[key] ?? ''));
  return (
    <Panel title="Attributes" note="leave a field empty and Belvedere looks under the usual names" padded>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          run(() => save({ connectionId: connection.id, ...values }));
        }}
      >
        <datalist id="sso-attributes">
          {lastTest?.attributes.map(({ name, values: [first] }) => (
            <option key={name} value={name}>
              {first}
            </option>
          ))}
        </datalist>
        {attributes.map(({ key, label, usual }) => (
          <TextInput
            key={key}
            label={label}
            description={`Usually ${usual}.`}
            placeholder="Found by itself"
            disabled={!mayWrite}
            list="sso-attributes"
            autoComplete="off"
            spellCheck={false}
            value={values[key]}
            error={fields[key]}
            onChange={(event) => setValues({ ...values, [key]: event.currentTarget.value })}
          />
        ))}
        {isChanged && (
          <p className={ui.small}>
            {connection.status === 'active'
              ? 'The connection is on. Saving this turns it off until a new test login, and signs out who came by it.'
              : 'Saving this needs a new test login.'}
          </p>
        )}
        {refusal && (
          <p role="alert" className={styles.error}>
            {refusal}
          </p>
        )}
        {mayWrite && (
          <div className={styles.row}>
            <button
              type="submit"
              className={ui.button}
              data-kind="primary"
              disabled={isPending || !isChanged}
            >
              {isPending ? 'One moment' : 'Save attributes'}
            </button>
          </div>
        )}
      </form>
    </Panel>
  );
}
