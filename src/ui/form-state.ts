'use client';

import { useState, useTransition } from 'react';
import type { ActionResult } from './action-result';

export interface Failure {
  readonly message: string | null;
  readonly fields: Readonly<Record<string, string>>;
}

const none: Failure = { message: null, fields: {} };

/** Runs an action and keeps what it refused: the message, or the fields that are wrong. */
export function useAction() {
  const [failure, setFailure] = useState<Failure>(none);
  const [isPending, start] = useTransition();
  function run<T>(call: () => Promise<ActionResult<T>>, onDone: (data: T) => void | Promise<void>): void {
    start(async () => {
      const result = await call().catch((): ActionResult<T> => ({
        ok: false,
        error: { code: 'internal', message: 'Something went wrong. Please try again.' },
      }));
      if (result.ok) {
        setFailure(none);
        await onDone(result.data);
        return;
      }
      const { fields = {}, message } = result.error;
      setFailure({ fields, message: Object.keys(fields).length > 0 ? null : message });
    });
  }
  return { failure, setFailure, isPending, run };
}
