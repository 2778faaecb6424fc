'use client';

import { useState } from 'react';
import { IssuedToken } from '@/features/tokens/ui/issued-token';
import { draftInput, emptyDraft, TokenFields } from '@/features/tokens/ui/token-fields';
import { TokenForm } from '@/features/tokens/ui/token-form';
import { TokenTable, type TokenRow } from '@/features/tokens/ui/token-table';
import styles from '@/features/tokens/ui/tokens.module.css';
import type { ActionResult } from '@/ui/action-result';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { useVerb } from '@/ui/use-verb';

interface Issued {
  readonly id: string;
  readonly text: string;
}

interface Props {
  readonly rows: readonly TokenRow[];
  readonly max: number;
  /** Null: whoever looks may change nothing. */
  readonly actions: {
    readonly create: (input: unknown) => Promise<ActionResult<Issued>>;
    readonly end: (input: { tokenId: string }) => Promise<ActionResult<void>>;
  } | null;
}

function NewForm({
  create,
  onIssued,
  onClose,
}: {
  create: (input: unknown) => Promise<ActionResult<Issued>>;
  onIssued: (issued: Issued) => void;
  onClose: () => void;
}) {
  const [draft, setDraft] = useState(emptyDraft('365'));
  const verb = useVerb();
  return (
    <TokenForm
      title="New provisioning token"
      verb={verb}
      onSubmit={() => verb.run(() => create(draftInput(draft)), { done: onIssued })}
      onClose={onClose}
    >
      <TokenFields id="scim-token" draft={draft} fields={verb.fields} onChange={setDraft} />
    </TokenForm>
  );
}

/** One token in use; a second while the identity provider is told of it, and then the first is ended. */
export function ProvisioningTokens({ rows, max, actions }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [issued, setIssued] = useState<Issued | null>(null);
  const canAdd = actions !== null && rows.length < max && !isOpen;
  return (
    <>
      {issued && <IssuedToken text={issued.text} onDone={() => setIssued(null)} />}
      {isOpen && actions && (
        <NewForm
          create={actions.create}
          onClose={() => setOpen(false)}
          onIssued={(made) => {
            setOpen(false);
            setIssued(made);
          }}
        />
      )}
      <Panel
        title="Provisioning tokens"
        note={
          canAdd ? (
            <button
              type="button"
              className={ui.button}
              data-kind={rows.length === 0 ? 'primary' : undefined}
              onClick={() => {
                setIssued(null);
                setOpen(true);
              }}
            >
              {rows.length === 0 ? 'Create token' : 'Rotate'}
            </button>
          ) : (
            'two at most, to rotate without a gap'
          )
        }
      >
        {rows.length > 0 ? (
          <TokenTable
            label="Provisioning tokens"
            rows={rows}
            end={actions?.end ?? null}
            consequence="Your identity provider is refused from its next request on. People and groups stay as they are."
          />
        ) : (
          <p className={styles.none}>There is none, so your identity provider cannot change anything here.</p>
        )}
      </Panel>
      {rows.length > 1 && actions && (
        <p className={`${ui.small} ${ui.muted}`}>
          To finish the rotation, give the new token to your identity provider, wait until it was used, and
          end the old one.
        </p>
      )}
    </>
  );
}
