import { businessUnitOf, COST_CATEGORY } from '../billing/focus-columns';
import { json } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { isObject } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import type { ServiceContext } from '../services/service';
import { aggregate } from './aggregate';
import { costDataOf } from './cost-data';
import { TAG_KEYS, readDimension, readTag } from './dimensions';
import { compileFilter } from './filter';
import { fingerprint, makePageToken, readPageToken } from './page-tokens';
import { readDays } from './periods';
import type { Series } from './series';

const MAXIMUM_PAGE = 1000;

/** The distinct labels of whatever had line items in the period, searched and cut into pages. */
function distinct(
  { action, input }: AwsRequest,
  context: ServiceContext,
  accountId: string,
  label: (series: Series, accountId: string) => string,
): { page: string[]; total: number; token: string | undefined } {
  const cells = aggregate(costDataOf(context.world, context.clock), {
    accounts: context.world.visibleAccounts(accountId),
    periods: [readDays(input.TimePeriod)],
    groupings: [{ label }],
    filter: input.Filter === undefined ? () => true : compileFilter(input.Filter),
    columns: ['unblended'],
  });
  const search = typeof input.SearchString === 'string' ? input.SearchString.toLowerCase() : '';
  const found = (cells[0] ?? [])
    .map(({ keys }) => keys[0] ?? '')
    .filter((value) => value.toLowerCase().includes(search));
  const print = fingerprint(action, accountId, input);
  const offset = readPageToken(input.NextPageToken, print);
  const size = typeof input.MaxResults === 'number' && input.MaxResults > 0 ? input.MaxResults : MAXIMUM_PAGE;
  const next = offset + size;
  return {
    page: found.slice(offset, next),
    total: found.length,
    token: next < found.length ? makePageToken(print, next) : undefined,
  };
}

export function getDimensionValues(
  request: AwsRequest,
  context: ServiceContext,
  accountId: string,
): WireResponse {
  const key = request.input.Dimension;
  const { page, total, token } = distinct(request, context, accountId, readDimension(key));
  const attributes = (value: string): Record<string, string> =>
    key === 'LINKED_ACCOUNT' ? { description: context.world.accounts.get(value)?.name ?? value } : {};
  return json({
    DimensionValues: page.map((value) => ({ Value: value, Attributes: attributes(value) })),
    ReturnSize: page.length,
    TotalSize: total,
    ...(token === undefined ? {} : { NextPageToken: token }),
  });
}

export function getTags(request: AwsRequest, context: ServiceContext, accountId: string): WireResponse {
  const key = request.input.TagKey;
  if (key === undefined && isObject(request.input.TimePeriod)) {
    return json({ Tags: TAG_KEYS, ReturnSize: TAG_KEYS.length, TotalSize: TAG_KEYS.length });
  }
  const { page, total, token } = distinct(request, context, accountId, readTag(key));
  return json({
    Tags: page,
    ReturnSize: page.length,
    TotalSize: total,
    ...(token === undefined ? {} : { NextPageToken: token }),
  });
}

export function getCostCategories(
  request: AwsRequest,
  context: ServiceContext,
  accountId: string,
): WireResponse {
  // An account outside the organization has defined none.
  const isPayer = context.world.organization.managementAccountId === accountId;
  const name = request.input.CostCategoryName;
  if (name === undefined) {
    const names = isPayer ? [COST_CATEGORY] : [];
    return json({ CostCategoryNames: names, ReturnSize: names.length, TotalSize: names.length });
  }
  const unitOf = (_series: Series, id: string) => businessUnitOf(context.world.accounts.get(id)?.name ?? '');
  const { page, total, token } = distinct(
    request,
    context,
    accountId,
    isPayer && name === COST_CATEGORY ? unitOf : () => '',
  );
  return json({
    CostCategoryValues: page,
    ReturnSize: page.length,
    TotalSize: total,
    ...(token === undefined ? {} : { NextPageToken: token }),
  });
}
