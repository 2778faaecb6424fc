'use client';

import { useState } from 'react';
import { ButtonLink } from '@/ui/button-link';
import ui from '@/ui/ui.module.css';
import type { OurAddresses } from '../service-provider';
import { CopyList } from './copy-list';
import { providerHelp } from './provider-help';
import styles from './sso.module.css';

/** Step 1: what the identity provider has to know of us, and where each provider asks for it. */
export function TellProvider({ us }: { us: OurAddresses }) {
  const [shown, setShown] = useState<string | null>(null);
  const help = providerHelp.find((one) => one.id === shown);
  return (
    <div className={styles.stepBody}>
      <div>
        <h2>Tell your provider about Belvedere</h2>
        <p className={styles.lead}>
          Add an application for SAML 2.0 there. Most providers take all of this from the metadata.
        </p>
      </div>
      <CopyList
        values={[
          { label: 'Entity ID, also the metadata URL', value: us.entityId },
          { label: 'ACS URL', value: us.acsUrl },
          { label: 'Single logout URL', value: us.sloUrl },
        ]}
      />
      <div className={styles.row}>
        <ButtonLink href={`${us.entityId}?download`} download>
          Download metadata
        </ButtonLink>
      </div>
      <div>
        <p className={ui.small} id="provider-help">
          Step by step for
        </p>
        <div className={styles.choice} role="group" aria-labelledby="provider-help">
          {providerHelp.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className={ui.button}
              aria-pressed={shown === id}
              onClick={() => setShown(shown === id ? null : id)}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      {help && (
        <ol className={styles.help}>
          {help.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      )}
    </div>
  );
}
