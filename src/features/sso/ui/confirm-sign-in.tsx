'use client';

import { Button } from '@mantine/core';
import type { ActionResult } from '@/ui/action-result';
import styles from '@/ui/auth.module.css';
import { useAction } from '@/ui/form-state';

interface Props {
  readonly email: string;
  readonly ticket: string;
  readonly confirm: (input: { ticket: string }) => Promise<ActionResult<{ to: string }>>;
}

export function ConfirmSignIn({ email, ticket, confirm }: Props) {
  const { failure, isPending, run } = useAction();
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        run(
          () => confirm({ ticket }),
          ({ to }) => window.location.replace(to),
        );
      }}
    >
      {failure.message && (
        <div className={styles.error} role="alert">
          {failure.message}
        </div>
      )}
      <Button type="submit" loading={isPending} fullWidth>
        Sign in as {email}
      </Button>
      <Button component="a" href="/overview" variant="default" fullWidth>
        Leave it
      </Button>
    </form>
  );
}
