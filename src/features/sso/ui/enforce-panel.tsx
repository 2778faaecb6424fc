'use client';

import { useState } from 'react';
import { ConfirmDialog } from '@/ui/confirm-dialog';
import { useVerb } from '@/ui/use-verb';
import { Badge, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { SsoFacts } from '../read-sso';
import styles from './sso.module.css';
import type { SsoActions } from './types';

interface Props {
  readonly facts: Pick<SsoFacts, 'isEnforced' | 'enforceable' | 'mayWrite'>;
  readonly enforce: SsoActions['enforce'];
}

function Need({ isDone, children }: { isDone: boolean; children: string }) {
  return (
    <li>
      <span>{children}</span>
      <Badge tone={isDone ? 'good' : 'neutral'}>{isDone ? '✓ Done' : 'Not yet'}</Badge>
    </li>
  );
}

const people = (count: number) =>
  count === 1 ? '1 member has an address' : `${count} members have addresses`;

/** Passwords and passkeys stop opening the workspace; owners keep one way round. */
export function EnforcePanel({ facts, enforce }: Props) {
  const [isAsking, setAsking] = useState(false);
  const { run, isPending, refusal } = useVerb();
  const { isEnforced, enforceable, mayWrite } = facts;
  const { isActive, hasOwnLogin, hasBreakGlass, outside } = enforceable;
  const isReady = isActive && hasOwnLogin && hasBreakGlass;
  const warning =
    outside > 0
      ? `${people(outside)} of no verified domain, and ${isEnforced ? 'cannot come in now' : 'could not come in any more'}, nor ${isEnforced ? 'can' : 'could'} their API tokens.`
      : null;
  return (
    <Panel
      title="Require single sign-on"
      note={isEnforced ? <Badge tone="good">Required</Badge> : <Badge>Not required</Badge>}
      padded
    >
      <div className={styles.stepBody}>
        <p className={styles.lead}>
          Passwords and passkeys stop opening this workspace at once, for everybody. An owner with recovery
          codes and a second factor can still come in if your provider fails; all members are told when that
          happens.
        </p>
        {!isEnforced && (
          <ul className={styles.checks}>
            <Need isDone={isActive}>A connection is on</Need>
            <Need isDone={hasOwnLogin}>You came back from it under your own address</Need>
            <Need isDone={hasBreakGlass}>
              An owner has a verified address, a second factor and recovery codes
            </Need>
          </ul>
        )}
        {warning && <p className={ui.small}>{warning}</p>}
        {isEnforced && !hasBreakGlass && (
          <p role="alert" className={styles.error}>
            If your provider fails now, nobody can come in. Let an owner with a verified address add a second
            factor and make recovery codes.
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
              type="button"
              className={ui.button}
              {...(isReady && !isEnforced ? { 'data-kind': 'primary' } : {})}
              disabled={isPending || (!isEnforced && !isReady)}
              onClick={() => setAsking(true)}
            >
              {isEnforced ? 'Stop requiring it' : 'Require single sign-on'}
            </button>
          </div>
        )}
      </div>
      {isAsking && (
        <ConfirmDialog
          title={isEnforced ? 'Stop requiring single sign-on?' : 'Require single sign-on?'}
          confirm={isEnforced ? 'Stop requiring it' : 'Require it'}
          onClose={() => setAsking(false)}
          onConfirm={() => run(() => enforce({ isEnforced: !isEnforced }))}
        >
          {isEnforced ? (
            <p>Passwords and passkeys open this workspace again, for everybody who has one.</p>
          ) : (
            <>
              <p>Whoever is in by a password or a passkey has to sign in again at your provider, you too.</p>
              {warning && <p>{warning}</p>}
            </>
          )}
        </ConfirmDialog>
      )}
    </Panel>
  );
}
