import {
  AwsError,
  type CollectedResource,
  type InventoryGap,
  type InventoryPage,
  type TypeOutcome,
} from '../port';
import { partitionOf } from './arns';
import { createGates, type CallGate, type CallLimits } from './call-gates';
import { callsIn } from './calls';
import { isFatal } from './failures';
import { collectors } from './registry';
import { TAGGING_ACTION, taggedResources } from './tagged-resources';
import { withTags } from './tags-by-arn';
import { runPool } from './task-pool';
import type { Calls, ClientFor, Collector } from './types';

export interface InventoryLimits extends CallLimits {
  /** Listings that run at the same time. */
  readonly atOnce: number;
}

export interface InventoryRequest {
  readonly clientFor: ClientFor;
  /** The regions that are switched on in the account. */
  readonly regions: readonly string[];
  readonly accountId: string;
  readonly signal: AbortSignal;
  /** Takes each page as it arrives; that listing goes on once it is taken, others may come in between. */
  readonly onPage: (page: InventoryPage) => Promise<void>;
  readonly limits?: Partial<InventoryLimits>;
}

const DEFAULT_LIMITS: InventoryLimits = {
  atOnce: 8,
  perServiceAndRegion: 2,
  restsMs: [1_000, 4_000, 15_000, 60_000],
};

interface Run extends InventoryRequest {
  readonly gateOf: (service: string, region: string) => CallGate;
  /** Regions that turned out not to be switched on, with the answer that said so. */
  readonly closedRegions: Map<string, AwsError>;
}

interface Task {
  readonly collector: Collector;
  readonly region: string;
  /** Types that need no listing here, since their own got through. */
  readonly without: ReadonlySet<string>;
}

function gapOf({ collector, region }: Task, failure: AwsError): InventoryGap {
  return {
    type: collector.type,
    region,
    action: failure.action ?? collector.actions[0] ?? '',
    reason: failure.kind,
    message: failure.message,
  };
}

/** The failure as one that leaves a gap; throws what ends the whole run. */
function survivable(error: unknown): AwsError {
  if (!(error instanceof AwsError) || isFatal(error)) throw error;
  return error;
}

class Listing {
  private resources = 0;
  private tagsKnown = true;
  private readonly gaps: InventoryGap[] = [];

  constructor(
    private readonly run: Run,
    private readonly task: Task,
  ) {}

  async outcome(): Promise<TypeOutcome> {
    const isComplete = await this.listAll();
    const { collector, region } = this.task;
    return {
      type: collector.type,
      covers: collector.covers,
      region,
      resources: this.resources,
      isComplete,
      tagsKnown: this.tagsKnown,
      gaps: this.gaps,
    };
  }

  private async listAll(): Promise<boolean> {
    const { collector, region, without } = this.task;
    const { accountId, closedRegions, signal } = this.run;
    const calls = callsIn({ ...this.run, region });
    const place = { accountId, region, partition: partitionOf(region) };
    try {
      const closed = closedRegions.get(region);
      if (closed) throw closed;
      for await (const page of collector.pages(calls, place)) {
        const wanted = page.filter(({ type }) => !without.has(type));
        if (wanted.length > 0) await this.handOn(calls, wanted);
      }
      return true;
    } catch (error) {
      signal.throwIfAborted();
      const failure = survivable(error);
      if (failure.kind === 'region-disabled') closedRegions.set(region, failure);
      this.gaps.push(gapOf(this.task, failure));
      return false;
    }
  }

  private async handOn(calls: Calls, page: readonly CollectedResource[]): Promise<void> {
    const { type, tags } = this.task.collector;
    const resources = tags === 'by-arn' ? await this.tagged(calls, page) : page;
    this.run.signal.throwIfAborted();
    await this.run.onPage({ type, region: this.task.region, tagsKnown: this.tagsKnown, resources });
    this.resources += resources.length;
  }

  /** The page with tags; without them once they could not be read, for what the listing told stands by itself. */
  private async tagged(
    calls: Calls,
    page: readonly CollectedResource[],
  ): Promise<readonly CollectedResource[]> {
    if (!this.tagsKnown) return page;
    try {
      return await withTags(calls, page);
    } catch (error) {
      this.gaps.push({ ...gapOf(this.task, survivable(error)), action: TAGGING_ACTION });
      this.tagsKnown = false;
      return page;
    }
  }
}

function ownListings(regions: readonly string[]): Task[] {
  const without = new Set<string>();
  return collectors.flatMap((collector) => regions.map((region) => ({ collector, region, without })));
}

/**
 * Everything that the account has in the regions, page by page through `onPage`; yields how each type in each
 * region ended. A denied action, a region that is switched off or a service that stays down leaves a gap there
 * and holds up nothing else. Throws AwsError where the role itself does not open, and what `onPage` throws.
 */
export async function* collectInventory(request: InventoryRequest): AsyncGenerator<TypeOutcome> {
  const stop = new AbortController();
  const signal = AbortSignal.any([request.signal, stop.signal]);
  const limits = { ...DEFAULT_LIMITS, ...request.limits };
  const run: Run = { ...request, signal, gateOf: createGates(limits, signal), closedRegions: new Map() };
  const outcomesOf = (tasks: readonly Task[]) =>
    runPool(
      tasks.map((task) => () => new Listing(run, task).outcome()),
      limits.atOnce,
      stop,
    );

  const listed = new Map(request.regions.map((region) => [region, new Set<string>()]));
  for await (const outcome of outcomesOf(ownListings(request.regions))) {
    if (outcome.isComplete) for (const type of outcome.covers) listed.get(outcome.region)?.add(type);
    yield outcome;
  }
  // Only now is it known which types the tags have to stand in for.
  yield* outcomesOf(
    [...listed].map(([region, without]) => ({ collector: taggedResources, region, without })),
  );
}
