'use client';

import { Button, TextInput } from '@mantine/core';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import type { ActionResult } from '@/ui/action-result';
import styles from '@/ui/auth.module.css';
import { useAction } from '@/ui/form-state';
import ui from '@/ui/ui.module.css';
import { FieldsForm } from './fields-form';
import { withPasskey } from './passkey';

type Stage = { stage: 'open' | 'factor' };
interface Route {
  sso: { workspaceId: string; connectionId: string; isEnforced: boolean } | null;
}

interface Props {
  readonly next: string;
  readonly route: (input: { email: string }) => Promise<ActionResult<Route>>;
  readonly signIn: (input: { email: string; password: string }) => Promise<ActionResult<Stage>>;
  readonly askForPasskey: () => Promise<ActionResult<PublicKeyCredentialRequestOptionsJSON>>;
  readonly signInWithPasskey: (input: {
    response: AuthenticationResponseJSON;
  }) => Promise<ActionResult<Stage>>;
}

/** The address first: it says whether a password is asked for here, or the company's identity provider. */
export function SignInForm({ next, route, signIn, askForPasskey, signInWithPasskey }: Props) {
  const router = useRouter();
  const [email, setEmail] = useState<string | null>(null);
  const [ssoUrl, setSsoUrl] = useState<string | null>(null);
  const { failure, setFailure, isPending, run } = useAction();
  const query = next === '/overview' ? '' : `?next=${encodeURIComponent(next)}`;
  const enter = ({ stage }: Stage) => {
    router.replace(stage === 'open' ? next : `/sign-in/factor${query}`);
    router.refresh();
  };
  const usePasskey = () =>
    run(() => withPasskey(askForPasskey, (response) => signInWithPasskey({ response })), enter);

  if (email === null) {
    return (
      <>
        <FieldsForm
          key="email"
          fields={[{ name: 'email', label: 'Email', kind: 'email', autoComplete: 'username webauthn' }]}
          submit="Continue"
          failure={failure}
          isPending={isPending}
          onSubmit={(values) =>
            run(
              () => route({ email: values['email'] ?? '' }),
              ({ sso }) => {
                const url = sso && `/sso/${sso.workspaceId}/${sso.connectionId}/start${query}`;
                if (sso?.isEnforced && url) {
                  window.location.assign(url);
                  return;
                }
                setSsoUrl(url);
                setEmail((values['email'] ?? '').trim());
              },
            )
          }
        />
        <div className={styles.or}>or</div>
        <Button variant="default" fullWidth onClick={usePasskey} disabled={isPending}>
          Sign in with a passkey
        </Button>
      </>
    );
  }
  return (
    <>
      {ssoUrl && (
        <>
          <a className={styles.wide} href={ssoUrl}>
            Continue with single sign-on
          </a>
          <div className={styles.or}>or</div>
        </>
      )}
      <FieldsForm
        key="password"
        fields={[{ name: 'password', label: 'Password', kind: 'password', autoComplete: 'current-password' }]}
        submit="Sign in"
        failure={failure}
        isPending={isPending}
        onSubmit={(values) => run(() => signIn({ email, password: values['password'] ?? '' }), enter)}
      >
        {/* For password managers, which look for the name beside the password. */}
        <TextInput
          name="username"
          value={email}
          readOnly
          autoComplete="username"
          tabIndex={-1}
          aria-hidden
          className={styles.hidden}
        />
        <div className={styles.row}>
          <button
            type="button"
            className={ui.link}
            onClick={() => {
              setEmail(null);
              setFailure({ message: null, fields: {} });
            }}
          >
            Not {email}?
          </button>
          <Link className={ui.link} href="/forgot">
            Forgot the password?
          </Link>
        </div>
      </FieldsForm>
    </>
  );
}
