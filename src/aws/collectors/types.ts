import type { CollectedResource } from '../port';
import type { clientDefaults, Credentials } from '../session';

export type { CollectedResource };

export interface Place {
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
}

export interface Closable {
  destroy(): void;
}

/** What every client of a session is made with. */
export type ClientSettings = ReturnType<typeof clientDefaults> & {
  region: string;
  credentials: () => Promise<Credentials>;
};

/** One call; `action` is the IAM action that it needs. Throws AwsError. */
export type Send<C> = <T>(call: (client: C) => Promise<T>, action: string) => Promise<T>;

/** A sender for one service in one region, with credentials, ledger and retries: `sender` of the gateway. */
export type ClientFor = <C extends Closable>(
  service: string,
  make: (settings: ClientSettings) => C,
  region: string,
) => Send<C>;

/** What a collector may ask of the run. */
export interface Calls {
  sendTo<C extends Closable>(service: string, make: (settings: ClientSettings) => C): Send<C>;
}

export interface Collector {
  readonly type: string;
  /** The types of its resources: `type` alone, or the kinds that its listing tells apart. */
  readonly covers: readonly string[];
  /** As the ledger of calls names it. */
  readonly service: string;
  /** IAM actions, all of which the public template grants. */
  readonly actions: readonly string[];
  /** `by-arn`: the listing has none, so the Tagging API is asked for each page. */
  readonly tags: 'in-answer' | 'by-arn';
  /** The response fields that are read; whatever else AWS answers is dropped before the mapping sees it. */
  readonly keeps: readonly string[];
  pages(calls: Calls, place: Place): AsyncGenerator<readonly CollectedResource[]>;
}
