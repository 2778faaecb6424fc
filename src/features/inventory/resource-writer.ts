import type { CollectedResource, InventoryPage } from '@/aws/port';

/** A resource as one listing told it. */
export interface ListedResource extends CollectedResource {
  /** Found by its tags: there is neither state nor attribute, and another listing may know more. */
  readonly isTagged: boolean;
  /** False where its tags could not be read. */
  readonly tagsKnown: boolean;
}

/** From so many resources on they are written; a page more may come with them. */
export const BATCH_RESOURCES = 1_000;

export const TAGGED = 'tagged';

/** Each ARN once, as the listing that knows most of it told it last. */
export function onePerArn(listed: readonly ListedResource[]): ListedResource[] {
  const byArn = new Map<string, ListedResource>();
  for (const resource of listed) {
    const known = byArn.get(resource.arn);
    if (!known || known.isTagged || !resource.isTagged) byArn.set(resource.arn, resource);
  }
  return [...byArn.values()];
}

/**
 * Gathers pages into batches and writes one batch after the other, however many pages come at once. A page is taken when
 * it waits for its batch or its batch is written; after a failed write nothing is written any more.
 */
export class ResourceWriter {
  private waiting: ListedResource[] = [];
  private writes: Promise<void> = Promise.resolve();

  constructor(private readonly write: (batch: readonly ListedResource[]) => Promise<void>) {}

  async add(page: InventoryPage): Promise<void> {
    const { type, tagsKnown, resources } = page;
    for (const resource of resources)
      this.waiting.push({ ...resource, isTagged: type === TAGGED, tagsKnown });
    if (this.waiting.length >= BATCH_RESOURCES) await this.flush();
  }

  /** Writes what waits. Throws what a write threw, also an earlier one. */
  flush(): Promise<void> {
    const batch = onePerArn(this.waiting);
    this.waiting = [];
    if (batch.length > 0) this.writes = this.writes.then(() => this.write(batch));
    return this.writes;
  }
}
