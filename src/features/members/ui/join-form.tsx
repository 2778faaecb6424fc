'use client';

import { Button } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import auth from '@/ui/auth.module.css';
import { useAction } from '@/ui/form-state';

interface Props {
  readonly text: string;
  readonly workspace: string;
  readonly join: (input: { text: string }) => Promise<ActionResult<{ opens: boolean }>>;
}

export function JoinForm({ text, workspace, join }: Props) {
  const router = useRouter();
  const [isJoined, setJoined] = useState(false);
  const { failure, isPending, run } = useAction();
  if (isJoined) {
    return (
      <p role="status" className={auth.lead}>
        You are a member of {workspace} now. Your company’s single sign-on opens its own workspace alone: sign
        out, and sign in with your password or passkey to open this one.
      </p>
    );
  }
  return (
    <div className={auth.form}>
      {failure.message && (
        <div className={auth.error} role="alert">
          {failure.message}
        </div>
      )}
      <Button
        loading={isPending}
        fullWidth
        onClick={() =>
          run(
            () => join({ text }),
            ({ opens }) => {
              if (!opens) return setJoined(true);
              router.replace('/overview');
              router.refresh();
            },
          )
        }
      >
        Join {workspace}
      </Button>
    </div>
  );
}
