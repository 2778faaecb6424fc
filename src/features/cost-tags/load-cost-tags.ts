import { AwsError, type CustomerSession } from '@/aws/port';
import { withSql, type Ctx } from '@/context';
import { addDays, addMonths, dayOf, monthOf, type DayRange } from '@/domain/period';
import { findAskedAccounts, resourceCostDays } from '@/features/resource-costs/fetch-plan';
import type { RunRef } from '@/features/syncs/fence';
import { shelfOf } from '@/features/syncs/load-window';
import {
  findDueKeys,
  findListing,
  forgetTags,
  saveTagFailure,
  TagsNotAsked,
  writeKeys,
  writeValues,
  type TagListing,
} from './cost-tag-store';
import { KEY_REQUESTS } from './request-plan';

/** A week, less what a daily sync may come early. */
const FRESH_MS = (7 * 24 - 4) * 3_600_000;

/** The months that Cost Explorer has by itself: twelve whole ones and the one that is running. */
function taggedDays(now: Date): DayRange {
  const today = dayOf(now);
  return { start: addMonths(monthOf(today), -12), end: addDays(today, 1) };
}

const isListed = (ctx: Ctx, { listedAt }: TagListing) =>
  listedAt !== null && ctx.now().getTime() - listedAt.getTime() < FRESH_MS;

type Session = Pick<CustomerSession, 'tagKeys' | 'tagValues'>;

async function loadListing(
  ctx: Ctx,
  run: RunRef,
  session: Session,
  of: { listing: TagListing; signal: AbortSignal },
): Promise<void> {
  const days = taggedDays(ctx.now());
  if (!isListed(ctx, of.listing)) await writeKeys(ctx, run, await session.tagKeys(days));
  const due = await withSql(ctx, 'read', (sql) => findDueKeys(sql, run, of.listing.requests - KEY_REQUESTS));
  for (const key of due) {
    of.signal.throwIfAborted();
    await writeValues(ctx, run, key, await session.tagValues(days, key));
  }
  await saveTagFailure(ctx, run, null);
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
  try {
    if (accounts.length === 0) await forgetTags(ctx, run);
    else await loadListing(ctx, run, session, { listing, signal });
  } catch (error) {
    if (error instanceof TagsNotAsked) return;
    if (error instanceof AwsError) {
      await saveTagFailure(ctx, run, { kind: error.kind, message: error.message }).catch(
        (second: unknown) => {
          if (!(second instanceof TagsNotAsked)) throw second;
        },
      );
    }
    throw error;
  }
}
