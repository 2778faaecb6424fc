interface Closable {
  destroy(): void;
}

/** So long a client is kept open for the next call: what a listing asks next, it asks at once. */
const IDLE_MS = 5_000;

export interface KeptClient<C> {
  /** Lends the client, a new one where there is none. */
  use<T>(work: (client: C) => Promise<T>): Promise<T>;
  /** The next call gets a new client; this one is closed when nobody uses it any more. */
  drop(): void;
}

/**
 * One client for the calls of a session to a service, so that each does not shake hands anew; closed a few seconds after the last.
 * It knows its credentials, so whoever drops those drops it as well.
 */
export function keptClient<C extends Closable>(make: () => C): KeptClient<C> {
  let current: { client: C; users: number; timer: NodeJS.Timeout | null } | null = null;
  const close = (held: NonNullable<typeof current>) => {
    if (current === held) current = null;
    held.client.destroy();
  };
  return {
    async use(work) {
      current ??= { client: make(), users: 0, timer: null };
      const held = current;
      if (held.timer) clearTimeout(held.timer);
      held.timer = null;
      held.users += 1;
      try {
        return await work(held.client);
      } finally {
        held.users -= 1;
        if (held.users === 0) {
          if (current === held) held.timer = setTimeout(() => close(held), IDLE_MS).unref();
          else close(held);
        }
      }
    },
    drop() {
      const held = current;
      current = null;
      if (!held || held.users > 0) return;
      if (held.timer) clearTimeout(held.timer);
      close(held);
    },
  };
}
