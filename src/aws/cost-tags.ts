import {
  type CostExplorerClient,
  GetCostCategoriesCommand,
  GetTagsCommand,
} from '@aws-sdk/client-cost-explorer';
import { COST_CATEGORY } from '@/domain/tag-filter';
import type { DateRange, TagKeyPage, TagValues } from './port';

type Send = <T>(call: (client: CostExplorerClient) => Promise<T>, action: string) => Promise<T>;

const periodOf = ({ start, end }: DateRange) => ({ Start: start, End: end });

interface Page {
  readonly names: readonly string[];
  readonly total: number;
  readonly next: string | undefined;
}

type Ask = (of: { name?: string; token?: string }) => Promise<Page>;

const askTags =
  (send: Send, range: DateRange): Ask =>
  async ({ name, token }) => {
    const answer = await send(
      (client) =>
        client.send(
          new GetTagsCommand({
            TimePeriod: periodOf(range),
            ...(name === undefined ? {} : { TagKey: name }),
            ...(token === undefined ? {} : { NextPageToken: token }),
          }),
        ),
      'ce:GetTags',
    );
    const names = answer.Tags ?? [];
    return { names, total: answer.TotalSize ?? names.length, next: answer.NextPageToken };
  };

const askCategories =
  (send: Send, range: DateRange): Ask =>
  async ({ name, token }) => {
    const answer = await send(
      (client) =>
        client.send(
          new GetCostCategoriesCommand({
            TimePeriod: periodOf(range),
            ...(name === undefined ? {} : { CostCategoryName: name }),
            ...(token === undefined ? {} : { NextPageToken: token }),
          }),
        ),
      'ce:GetCostCategories',
    );
    const names = (name === undefined ? answer.CostCategoryNames : answer.CostCategoryValues) ?? [];
    return { names, total: answer.TotalSize ?? names.length, next: answer.NextPageToken };
  };

async function* pagesOf(ask: Ask, prefix: string): AsyncGenerator<TagKeyPage> {
  let token: string | undefined;
  do {
    const page: Page = await ask(token === undefined ? {} : { token });
    // A token that comes again would be asked for ever.
    token = page.next === token ? undefined : page.next;
    const keys = page.names.filter((name) => name !== '').map((name) => `${prefix}${name}`);
    yield { keys, isLast: token === undefined };
  } while (token !== undefined);
}

/**
 * Keys of the tags that cost of these days carries. Each page is a request, and one is enough for as many keys as a payer may have.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetTags.html
 */
export const tagKeyPages = (send: Send, range: DateRange) => pagesOf(askTags(send, range), '');

/** Names of cost categories with `cost-category:` before them, in the same way. */
export const categoryPages = (send: Send, range: DateRange) =>
  pagesOf(askCategories(send, range), COST_CATEGORY);

/** One request, whatever the key: the first page of an answer, which says how many values there are. */
export async function tagValues(send: Send, range: DateRange, key: string): Promise<TagValues> {
  const isCategory = key.startsWith(COST_CATEGORY);
  const page = isCategory
    ? await askCategories(send, range)({ name: key.slice(COST_CATEGORY.length) })
    : await askTags(send, range)({ name: key });
  // What has not got the tag is told as an empty value.
  const first = page.names.filter((value) => value !== '');
  return { total: page.total - (page.names.length - first.length), first };
}
