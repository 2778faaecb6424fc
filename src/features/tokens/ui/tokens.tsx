'use client';

import { useState } from 'react';
import type { Role } from '@/domain/permissions';
import type { ActionResult } from '@/ui/action-result';
import { Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { IssuedToken } from './issued-token';
import { NewTokenForm, type Issued, type ScopeChoice } from './new-token-form';
import { TokenTable, type TokenRow } from './token-table';
import styles from './tokens.module.css';

interface Props {
  readonly own: readonly TokenRow[];
  /** Everybody else's and those of services; null: whoever looks manages none. */
  readonly others: readonly TokenRow[] | null;
  readonly scopes: readonly ScopeChoice[];
  readonly roles: readonly Role[];
  readonly appUrl: string;
  readonly create: (input: unknown) => Promise<ActionResult<Issued>>;
  readonly end: (input: { tokenId: string }) => Promise<ActionResult<void>>;
}

const CONSEQUENCE = 'Whatever uses it is refused from its next request on. This cannot be undone.';

export function Tokens({ own, others, scopes, roles, appUrl, create, end }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [issued, setIssued] = useState<Issued | null>(null);
  return (
    <div className={ui.stack}>
      {issued && (
        <IssuedToken
          text={issued.text}
          example={`curl -sS -H "Authorization: Bearer $TOKEN" \\\n  "${appUrl}/api/overview?dates=last-month"`}
          onDone={() => setIssued(null)}
        />
      )}
      {isOpen && (
        <NewTokenForm
          scopes={scopes}
          roles={roles}
          create={create}
          onClose={() => setOpen(false)}
          onIssued={(made) => {
            setOpen(false);
            setIssued(made);
          }}
        />
      )}
      <Panel
        title="Your API tokens"
        note={
          isOpen ? (
            'for programs that read costs in your name'
          ) : (
            <button
              type="button"
              className={ui.button}
              data-kind="primary"
              onClick={() => {
                setIssued(null);
                setOpen(true);
              }}
            >
              New token
            </button>
          )
        }
      >
        {own.length > 0 ? (
          <TokenTable label="Your API tokens" rows={own} showsScopes end={end} consequence={CONSEQUENCE} />
        ) : (
          <p className={styles.none}>
            You have none. A token lets a program read what you can see, over HTTP, until you end it.
          </p>
        )}
      </Panel>
      {others && (
        <Panel title="Tokens of services and other people" note="owners and admins see and end them">
          {others.length > 0 ? (
            <TokenTable
              label="Tokens of services and other people"
              rows={others}
              showsWhose
              showsScopes
              end={end}
              consequence={CONSEQUENCE}
            />
          ) : (
            <p className={styles.none}>There are none.</p>
          )}
        </Panel>
      )}
    </div>
  );
}
