import { AwsError, type CustomerSession, type TagKeyPage } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import { addDays, addMonths, dayOf, monthOf, type DayRange } from '@/domain/period';
import { findAskedAccounts, resourceCostDays } from '@/features/resource-costs/fetch-plan';
import type { RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import {
  addKeys,
  AgreedSpent,
  clearFailure,
  closeListing,
  findDueKeys,
  findListing,
  forgetTags,
  giveBackRequest,
  saveTagFailure,
  spendRequest,
  TAG_WEEK_MS,
  TagsNotAsked,
  writeValues,
  type TagListing,
  type TagRun,
} from './cost-tag-store';

/** The months that Cost Explorer has by itself: twelve whole ones and the one that is running. */
function taggedDays(now: Date): DayRange {
  const today = dayOf(now);
  return { start: addMonths(monthOf(today), -12), end: addDays(today, 1) };
}

const isListed = (ctx: Ctx, { listedAt }: TagListing) =>
  listedAt !== null && ctx.now().getTime() - listedAt.getTime() < TAG_WEEK_MS;

type Session = Pick<CustomerSession, 'tagKeyPages' | 'categoryPages' | 'tagValues'>;

/** Makes a request of those that were agreed to. Throws what AWS refuses it for, which is not billed and so not spent. */
async function spend<T>(ctx: Ctx, run: TagRun, request: () => Promise<T>): Promise<T> {
  await spendRequest(ctx, run);
  try {
    return await request();
  } catch (error) {
    if (error instanceof AwsError) await giveBackRequest(ctx, run);
    throw error;
  }
}

async function addPages(ctx: Ctx, run: TagRun, pages: AsyncGenerator<TagKeyPage>): Promise<string[]> {
  const known: string[] = [];
  for (;;) {
    const { value, done } = await spend(ctx, run, () => pages.next());
    if (done) return known;
    await addKeys(ctx, run, value.keys);
    known.push(...value.keys);
    if (value.isLast) return known;
  }
}

/** Of a role that may ask for one of the two kinds alone, that one is known all the same. Returns what it may not ask. */
async function listKeys(ctx: Ctx, run: TagRun, session: Session, days: DayRange): Promise<AwsError | null> {
  const keys = await addPages(ctx, run, session.tagKeyPages(days));
  let denied: AwsError | null = null;
  try {
    keys.push(...(await addPages(ctx, run, session.categoryPages(days))));
  } catch (error) {
    if (!(error instanceof AwsError) || error.kind !== 'permission-missing') throw error;
    denied = error;
  }
  await closeListing(ctx, run, keys);
  return denied;
}

/** What is said of one key alone. */
const isOfKey = (error: unknown) =>
  error instanceof AwsError && ['invalid-request', 'data-unavailable'].includes(error.kind);

async function loadListing(
  ctx: Ctx,
  run: TagRun,
  session: Session,
  of: { listing: TagListing; signal: AbortSignal },
): Promise<void> {
  const days = taggedDays(ctx.now());
  const denied = isListed(ctx, of.listing) ? null : await listKeys(ctx, run, session, days);
  if (denied) await saveRefusal(ctx, run, denied);
  for (const key of await withSql(ctx, 'read', (sql) => findDueKeys(sql, run))) {
    of.signal.throwIfAborted();
    const found = await spend(ctx, run, () => session.tagValues(days, key)).catch((error: unknown) => {
      if (isOfKey(error)) return null;
      throw error;
    });
    await writeValues(ctx, run, key, found);
  }
  if (!denied) await clearFailure(ctx, run);
}

const saveRefusal = (ctx: Ctx, run: TagRun, { kind, action, message }: AwsError): Promise<void> =>
  saveTagFailure(ctx, run, {
    kind,
    message: kind === 'permission-missing' && action ? `The role does not grant ${action}.` : message,
  });

/** Throws what is not for the connection's page to say. */
async function settle(ctx: Ctx, run: TagRun, error: unknown): Promise<void> {
  if (error instanceof TagsNotAsked) return;
  if (error instanceof AgreedSpent) {
    // That more keys are known than were agreed to, the page finds by itself.
    await clearFailure(ctx, run);
    return;
  }
  if (error instanceof AwsError) await saveRefusal(ctx, run, error);
  throw error;
}

/**
 * Asks Cost Explorer once a week which tag keys and cost categories there are and which values each has, where somebody agreed
 * to the price, and as far as the requests go that they agreed to. What was asked for stays when the rest fails. Where billing
 * exports tell the tags of all accounts, what was told before is forgotten. Throws AwsError for what AWS refuses, which is
 * written down for the connection's page, and Fenced.
 */
export async function loadCostTags(
  ctx: Ctx,
  run: RunRef,
  session: Session,
  signal: AbortSignal,
): Promise<void> {
  const { listing, accounts } = await withSql(ctx, 'read', async (sql) => {
    const found = await findListing(sql, run);
    const of = { ...run, shelf: await shelfOf(sql, run) };
    return {
      listing: found,
      accounts: found ? await findAskedAccounts(sql, of, resourceCostDays(ctx.now())) : [],
    };
  });
  if (!listing) return;
  const tagRun = { ...run, since: listing.since };
  try {
    if (accounts.length === 0) await forgetTags(ctx, tagRun);
    else await loadListing(ctx, tagRun, session, { listing, signal });
  } catch (error) {
    // Given up, or asked anew, while that was written down.
    await settle(ctx, tagRun, error).catch((second: unknown) => {
      if (!(second instanceof TagsNotAsked)) throw second;
    });
  }
}
