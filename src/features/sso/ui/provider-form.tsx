'use client';

import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useVerb } from '@/ui/use-verb';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import type { ProviderInput } from '../schemas';
import styles from './sso.module.css';
import type { SsoActions } from './types';

type Kind = ProviderInput['kind'];
const ways: readonly { kind: Kind; label: string }[] = [
  { kind: 'url', label: 'Metadata address' },
  { kind: 'xml', label: 'Metadata file' },
  { kind: 'fields', label: 'Field by field' },
];

interface Props {
  readonly connection: ConnectionFacts;
  readonly save: SsoActions['changeProvider'];
  readonly onSaved: () => void;
}

const emptyOf = (connection: ConnectionFacts) => ({
  xml: '',
  url: connection.metadataUrl ?? '',
  entityId: connection.idpEntityId ?? '',
  ssoUrl: connection.idpSsoUrl ?? '',
  sloUrl: connection.idpSloUrl ?? '',
  certificate: '',
});

/** Step 2: three ways to say the same. */
export function ProviderForm({ connection, save, onSaved }: Props) {
  const [kind, setKind] = useState<Kind>(
    connection.isSetUp && connection.metadataUrl === null ? 'fields' : 'url',
  );
  const [values, setValues] = useState(emptyOf(connection));
  const { run, isPending, refusal, fields } = useVerb();
  const set = (name: keyof typeof values) => (event: { currentTarget: { value: string } }) =>
    setValues({ ...values, [name]: event.currentTarget.value });
  const field = (name: keyof typeof values, label: string, description?: string) => ({
    label,
    value: values[name],
    error: fields[name],
    spellCheck: false,
    autoComplete: 'off',
    onChange: set(name),
    ...(description ? { description } : {}),
  });
  const connectionId = connection.id;
  const inputs: Record<Kind, () => ProviderInput> = {
    xml: () => ({ kind: 'xml', connectionId, xml: values.xml }),
    url: () => ({ kind: 'url', connectionId, url: values.url }),
    fields: () => {
      const { entityId, ssoUrl, sloUrl, certificate } = values;
      return { kind: 'fields', connectionId, entityId, ssoUrl, sloUrl, certificate };
    },
  };
  const isShownAtField = Object.keys(fields).some((name) => name in values);
  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        run(() => save(inputs[kind]()), { done: onSaved });
      }}
    >
      <div className={styles.choice} role="group" aria-label="How to give it">
        {ways.map((way) => (
          <button
            key={way.kind}
            type="button"
            className={ui.button}
            aria-pressed={kind === way.kind}
            onClick={() => setKind(way.kind)}
          >
            {way.label}
          </button>
        ))}
      </div>
      {kind === 'url' && (
        <TextInput
          {...field(
            'url',
            'Address of the metadata',
            'https, reachable from the internet. Belvedere fetches it now, not later by itself.',
          )}
          placeholder="https://"
        />
      )}
      {kind === 'xml' && (
        <>
          <Textarea {...field('xml', 'Metadata XML', 'Paste it, or choose the file.')} rows={6} />
          <input
            type="file"
            accept=".xml,application/xml,text/xml"
            aria-label="Metadata file"
            onChange={async (event) => {
              const file = event.currentTarget.files?.[0];
              if (file) setValues({ ...values, xml: await file.text() });
            }}
          />
        </>
      )}
      {kind === 'fields' && (
        <>
          <TextInput {...field('entityId', 'Entity ID', 'Also called issuer.')} />
          <TextInput {...field('ssoUrl', 'Sign-in address', 'For HTTP-Redirect.')} placeholder="https://" />
          <TextInput
            {...field('sloUrl', 'Logout address', 'Leave it empty if your provider has none.')}
            placeholder="https://"
          />
          <Textarea
            {...field(
              'certificate',
              'Certificate',
              connection.certificates.length > 0
                ? 'Added beside those that are there. Leave it empty to keep them.'
                : 'The one that the provider signs with: PEM or base64.',
            )}
            rows={4}
          />
        </>
      )}
      {connection.status === 'active' && (
        <p className={ui.small}>
          This connection is on. Another entity ID or sign-in address turns it off until a new test login, and
          signs out who came by it. Certificates can be added without that.
        </p>
      )}
      {refusal && !isShownAtField && (
        <p role="alert" className={styles.error}>
          {refusal}
        </p>
      )}
      <div className={styles.row}>
        <button type="submit" className={ui.button} data-kind="primary" disabled={isPending}>
          {isPending ? 'One moment' : 'Save provider'}
        </button>
        {connection.isSetUp && (
          <button type="button" className={ui.button} onClick={onSaved}>
            Cancel
          </button>
        )}
      </div>
    </form>
  );
}
