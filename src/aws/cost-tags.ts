import {
  type CostExplorerClient,
  GetCostCategoriesCommand,
  GetTagsCommand,
} from '@aws-sdk/client-cost-explorer';
import { COST_CATEGORY } from '@/domain/tag-filter';
import type { DateRange, TagValues } from './port';

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

async function allNames(ask: Ask): Promise<string[]> {
  const found: string[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token === undefined ? {} : { token });
    found.push(...page.names);
    token = page.next;
  } while (token !== undefined);
  return found.filter((name) => name !== '');
}

/**
 * Tag keys that cost of these days carries, and the names of cost categories with `cost-category:` before them. A request for
 * each of the two kinds, and one more for each further thousand.
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetTags.html
 */
export async function tagKeys(send: Send, range: DateRange): Promise<string[]> {
  const tags = await allNames(askTags(send, range));
  const categories = await allNames(askCategories(send, range));
  return [...new Set([...tags, ...categories.map((name) => `${COST_CATEGORY}${name}`)])].sort();
}

/** One request, whatever the key: a page of an answer has a thousand values, and says how many there are. */
export async function tagValues(send: Send, range: DateRange, key: string): Promise<TagValues> {
  const isCategory = key.startsWith(COST_CATEGORY);
  const page = isCategory
    ? await askCategories(send, range)({ name: key.slice(COST_CATEGORY.length) })
    : await askTags(send, range)({ name: key });
  // What has not got the tag is told as an empty value.
  const first = page.names.filter((value) => value !== '');
  return { total: page.total - (page.names.length - first.length), first };
}
