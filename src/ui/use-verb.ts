import type { ActionResult } from './action-result';
import { useAction } from './form-state';
import { useConfirmed } from './step-up';

interface Options<T> {
  /** Runs with the call, for what is shown before the answer is there. */
  readonly before?: () => void;
  readonly done?: (data: T) => void;
}

/** Calls an action, asking who is there where it must. `refusal` says what the last call was refused for. */
export function useVerb() {
  const confirmed = useConfirmed();
  const { failure, isPending, run: act } = useAction();
  const run = <T>(call: () => Promise<ActionResult<T>>, { before, done }: Options<T> = {}) =>
    act(
      () => {
        before?.();
        return confirmed(call);
      },
      (data) => done?.(data),
    );
  const refusal = failure.message ?? Object.values(failure.fields)[0] ?? null;
  return { run, isPending, refusal, fields: failure.fields };
}
