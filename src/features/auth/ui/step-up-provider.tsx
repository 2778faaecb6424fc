'use client';

import { Button, Modal } from '@mantine/core';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { useCallback, useRef, useState, type ReactNode } from 'react';
import type { ActionResult } from '@/ui/action-result';
import styles from '@/ui/auth.module.css';
import { useAction } from '@/ui/form-state';
import { StepUpContext, type Confirmed } from '@/ui/step-up';
import { FieldsForm } from './fields-form';
import { withPasskey } from './passkey';

type Way = 'password' | 'totp' | 'passkey' | 'sso';
type StepUpProof =
  | { kind: 'password'; password: string }
  | { kind: 'totp'; code: string }
  | { kind: 'passkey'; response: AuthenticationResponseJSON };

interface Props {
  readonly ways: () => Promise<ActionResult<{ ways: Way[]; ssoUrl: string | null }>>;
  readonly askForPasskey: () => Promise<ActionResult<PublicKeyCredentialRequestOptionsJSON>>;
  readonly stepUp: (proof: StepUpProof) => Promise<ActionResult<unknown>>;
  readonly children: ReactNode;
}

interface Asked {
  readonly ways: readonly Way[];
  readonly ssoUrl: string | null;
}

export function StepUpProvider({ ways, askForPasskey, stepUp, children }: Props) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const settle = useRef<(isConfirmed: boolean) => void>(undefined);
  const { failure, setFailure, run } = useAction();
  // Not the transition's own: React holds that pending as long as the one that waits for this dialog.
  const [isPending, setPending] = useState(false);

  const confirmed: Confirmed = useCallback(
    async (call) => {
      const first = await call();
      if (first.ok || first.error.code !== 'step-up') return first;
      const open = await ways();
      if (!open.ok) return first;
      setFailure({ message: null, fields: {} });
      const isConfirmed = await new Promise<boolean>((resolve) => {
        settle.current = resolve;
        setAsked(open.data);
      });
      setAsked(null);
      return isConfirmed ? call() : first;
    },
    [ways, setFailure],
  );

  const prove = (call: () => Promise<ActionResult<unknown>>) => {
    setPending(true);
    run(
      () => call().finally(() => setPending(false)),
      () => settle.current?.(true),
    );
  };
  const has = (way: Way) => asked?.ways.includes(way) ?? false;
  return (
    <StepUpContext.Provider value={confirmed}>
      {children}
      <Modal
        opened={asked !== null}
        onClose={() => settle.current?.(false)}
        title="Confirm that it is you"
        centered
        size={380}
      >
        {!has('sso') && asked?.ways.length !== 0 && (
          <p className={styles.lead} style={{ marginTop: 0 }}>
            This needs a fresh proof of who you are. It counts for five minutes.
          </p>
        )}
        {has('sso') && asked?.ssoUrl && (
          <>
            <p className={styles.lead}>
              Your identity provider asks you to sign in again. Then come back here and repeat what you were
              doing.
            </p>
            <a
              className={styles.wide}
              href={`${asked.ssoUrl}&next=${encodeURIComponent(window.location.pathname + window.location.search)}`}
            >
              Confirm with single sign-on
            </a>
          </>
        )}
        {has('totp') && (
          <FieldsForm
            fields={[
              { name: 'code', label: 'Code from your app', kind: 'code', autoComplete: 'one-time-code' },
            ]}
            submit="Confirm"
            failure={failure}
            isPending={isPending}
            onSubmit={(values) => prove(() => stepUp({ kind: 'totp', code: values['code'] ?? '' }))}
          />
        )}
        {has('password') && (
          <FieldsForm
            fields={[
              { name: 'password', label: 'Password', kind: 'password', autoComplete: 'current-password' },
            ]}
            submit="Confirm"
            failure={failure}
            isPending={isPending}
            onSubmit={(values) =>
              prove(() => stepUp({ kind: 'password', password: values['password'] ?? '' }))
            }
          />
        )}
        {has('passkey') && (
          <>
            {has('totp') && <div className={styles.or}>or</div>}
            <Button
              fullWidth
              variant={has('totp') ? 'default' : 'filled'}
              disabled={isPending}
              onClick={() =>
                prove(() => withPasskey(askForPasskey, (response) => stepUp({ kind: 'passkey', response })))
              }
            >
              Use a passkey
            </Button>
            {!has('totp') && failure.message && (
              <div className={styles.error} role="alert" style={{ marginTop: 12 }}>
                {failure.message}
              </div>
            )}
          </>
        )}
        {asked?.ways.length === 0 && (
          <p className={styles.lead}>
            You have nothing to confirm with. Set a password by the link on the sign-in page, or add a
            passkey.
          </p>
        )}
      </Modal>
    </StepUpContext.Provider>
  );
}
