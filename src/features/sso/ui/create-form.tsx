'use client';

import { TextInput } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useVerb } from '@/ui/use-verb';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import styles from './sso.module.css';
import type { SsoActions } from './types';

/** The first step into single sign-on, or into a second provider. */
export function CreateForm({ isFirst, create }: { isFirst: boolean; create: SsoActions['create'] }) {
  const router = useRouter();
  const [name, setName] = useState('');
  const { run, isPending, refusal, fields } = useVerb();
  return (
    <Panel title={isFirst ? 'Set up single sign-on' : 'Another provider'} padded>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          run(() => create({ name }), { done: ({ id }) => router.push(`/settings/sso?c=${id}`) });
        }}
      >
        <p className={styles.lead}>
          {isFirst
            ? 'People sign in with their account at your company’s identity provider, by SAML 2.0. It takes about ten minutes, and changes nothing for anybody before you turn it on.'
            : 'Set it up and test it while the other one is on. One connection can be on at a time.'}
        </p>
        <div className={styles.row} data-fields="true">
          <TextInput
            aria-label="Name of the provider"
            placeholder="Okta, Entra ID, Google, Keycloak"
            value={name}
            error={fields['name'] ?? refusal}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <button
            type="submit"
            className={ui.button}
            data-kind="primary"
            style={{ height: 36 }}
            disabled={isPending}
          >
            {isPending ? 'Making keys' : 'Set up'}
          </button>
        </div>
      </form>
    </Panel>
  );
}
