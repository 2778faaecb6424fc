'use client';

import { Button } from '@mantine/core';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import styles from '@/ui/auth.module.css';
import { useAction } from '@/ui/form-state';
import ui from '@/ui/ui.module.css';
import { FieldsForm } from './fields-form';
import { withPasskey } from './passkey';

export type FactorProof =
  { kind: 'totp' | 'recovery'; code: string } | { kind: 'passkey'; response: AuthenticationResponseJSON };

interface Props {
  readonly next: string;
  readonly hasTotp: boolean;
  readonly hasPasskey: boolean;
  readonly hasCodes: boolean;
  readonly askForPasskey: () => Promise<ActionResult<PublicKeyCredentialRequestOptionsJSON>>;
  readonly complete: (proof: FactorProof) => Promise<ActionResult<unknown>>;
}

const words = {
  totp: { field: 'Code from your app', other: 'Use the code from your app' },
  recovery: { field: 'Recovery code', other: 'Use a recovery code' },
} as const;

export function FactorForm({ next, hasTotp, hasPasskey, hasCodes, askForPasskey, complete }: Props) {
  const router = useRouter();
  const [kind, setKind] = useState<'totp' | 'recovery'>(hasTotp ? 'totp' : 'recovery');
  const { failure, isPending, run } = useAction();
  const enter = () => {
    router.replace(next);
    router.refresh();
  };
  const other = kind === 'totp' ? 'recovery' : 'totp';
  return (
    <>
      {(hasTotp || hasCodes) && (
        <FieldsForm
          key={kind}
          fields={[
            {
              name: 'code',
              label: words[kind].field,
              kind: 'code',
              autoComplete: 'one-time-code',
              ...(kind === 'recovery' ? { description: 'Each of your ten codes works once.' } : {}),
            },
          ]}
          submit="Continue"
          failure={failure}
          isPending={isPending}
          onSubmit={(values) => run(() => complete({ kind, code: values['code'] ?? '' }), enter)}
        />
      )}
      {hasPasskey && (
        <>
          {(hasTotp || hasCodes) && <div className={styles.or}>or</div>}
          <Button
            variant="default"
            fullWidth
            disabled={isPending}
            onClick={() =>
              run(
                () => withPasskey(askForPasskey, (response) => complete({ kind: 'passkey', response })),
                enter,
              )
            }
          >
            Use a passkey
          </Button>
        </>
      )}
      {hasTotp && hasCodes && (
        <p className={`${styles.foot} ${styles.row}`}>
          <button type="button" className={ui.link} onClick={() => setKind(other)}>
            {words[other].other}
          </button>
        </p>
      )}
    </>
  );
}
