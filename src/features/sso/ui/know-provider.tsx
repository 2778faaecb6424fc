'use client';

import { useState } from 'react';
import ui from '@/ui/ui.module.css';
import type { ConnectionFacts } from '../read-sso';
import { Certificates } from './certificates';
import { CopyList } from './copy-list';
import { ProviderForm } from './provider-form';
import styles from './sso.module.css';
import type { SsoActions } from './types';

interface Props {
  readonly connection: ConnectionFacts;
  readonly mayWrite: boolean;
  readonly actions: SsoActions;
}

/** Step 2: what we know of the identity provider. */
export function KnowProvider({ connection, mayWrite, actions }: Props) {
  const [isEditing, setEditing] = useState(false);
  const { isSetUp, idpEntityId, idpSsoUrl, idpSloUrl, metadataUrl } = connection;
  const isFormShown = mayWrite && (isEditing || !isSetUp);
  return (
    <div className={styles.stepBody}>
      <div>
        <h2>Tell Belvedere about your provider</h2>
        <p className={styles.lead}>
          {isSetUp
            ? 'Only what this provider signs with one of these certificates is believed.'
            : 'Give its metadata, where it lists its addresses and certificates.'}
        </p>
      </div>
      {isSetUp && !isEditing && (
        <>
          <CopyList
            values={[
              { label: 'Entity ID', value: idpEntityId ?? '' },
              { label: 'Sign-in address', value: idpSsoUrl ?? '' },
              ...(idpSloUrl ? [{ label: 'Logout address', value: idpSloUrl }] : []),
              ...(metadataUrl ? [{ label: 'Metadata address', value: metadataUrl }] : []),
            ]}
          />
          <Certificates connection={connection} mayWrite={mayWrite} actions={actions} />
          {mayWrite && (
            <div className={styles.row}>
              <button type="button" className={ui.button} onClick={() => setEditing(true)}>
                Change provider
              </button>
            </div>
          )}
        </>
      )}
      {isFormShown && (
        <ProviderForm
          connection={connection}
          save={actions.changeProvider}
          onSaved={() => setEditing(false)}
        />
      )}
      {!isSetUp && !mayWrite && <p className={ui.small}>An owner has not told it yet.</p>}
    </div>
  );
}
