'use client';

import { useState } from 'react';
import type { ActionResult } from '@/ui/action-result';
import { useAction } from '@/ui/form-state';
import { useConfirmed } from '@/ui/step-up';
import { TextField } from '@/ui/text-field';
import ui from '@/ui/ui.module.css';

interface Props {
  readonly email: string;
  readonly isVerified: boolean;
  readonly canMail: boolean;
  /** By the identity provider that signed the person in. */
  readonly isManaged: boolean;
  readonly change: (input: { email: string }) => Promise<ActionResult<unknown>>;
  readonly sendAgain: () => Promise<ActionResult<unknown>>;
}

export function ChangeEmail({ email, isVerified, canMail, isManaged, change, sendAgain }: Props) {
  const confirmed = useConfirmed();
  const [next, setNext] = useState('');
  const [said, setSaid] = useState<string | null>(null);
  const { failure, isPending, run } = useAction();
  if (isManaged) return <p className={ui.small}>Your identity provider says which address is yours.</p>;
  if (!canMail) {
    return (
      <p className={ui.small}>
        This installation sends no mail, so an address cannot be changed or confirmed.
      </p>
    );
  }
  return (
    <form
      className={ui.stack}
      style={{ gap: 10 }}
      onSubmit={(event) => {
        event.preventDefault();
        run(
          () => confirmed(() => change({ email: next })),
          () =>
            setSaid(`Links are on their way to ${email} and to ${next}. The change happens once both agree.`),
        );
      }}
    >
      {!isVerified && (
        <div className={ui.notice} data-tone="warning">
          {email} is not confirmed yet.
          <button
            type="button"
            className={ui.button}
            onClick={() => run(sendAgain, () => setSaid(`A link is on its way to ${email}.`))}
          >
            Send the link again
          </button>
        </div>
      )}
      <TextField
        id="email"
        label="New address"
        autoComplete="email"
        value={next}
        error={failure.fields['email'] ?? failure.message ?? undefined}
        onChange={setNext}
      />
      <div>
        <button className={ui.button} disabled={isPending || next.trim() === ''}>
          Change address
        </button>
      </div>
      {said && (
        <p className={ui.small} role="status">
          {said}
        </p>
      )}
    </form>
  );
}
