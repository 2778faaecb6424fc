import { AwsError } from '../../http/aws-error';
import type { WireResponse } from '../../http/aws-error';
import { callerOf } from '../../http/aws-request';
import type { AwsRequest } from '../../http/aws-request';
import { DAY_MS, epochDay } from '../../world/clock';
import { resourcesAlive } from '../../world/resources';
import type { SimResource } from '../../world/resources';
import { requireEnabled } from '../regions';
import type { Service } from '../service';

/** A request that was let in, and what the caller's account has today. */
export interface Asked {
  request: AwsRequest;
  accountId: string;
  /** Everything that is there, in all regions. */
  all: readonly SimResource[];
  /** What is there of the type, in the region of the request. */
  here: (type: string) => SimResource[];
}

export type InventoryOperation = (asked: Asked) => WireResponse;

/** A service that lists resources: `prefix` is its name in IAM, under which each operation is authorised. */
export function inventoryService(
  prefix: string,
  operations: Record<string, InventoryOperation>,
  actions: Record<string, string> = {},
): Service {
  return async (request, context) => {
    requireEnabled(request.region);
    const operation = Object.hasOwn(operations, request.action) ? operations[request.action] : undefined;
    if (!operation) throw unknownOperation(request);
    const caller = callerOf(request);
    const { accountId } = caller;
    const action = `${prefix}:${actions[request.action] ?? request.action}`;
    const question = { action, resource: '*', resourceAccountId: accountId };
    await context.authorizer.require(caller, question, request.protocol);
    const all = resourcesAlive(context.world, accountId, epochDay(context.clock.now()));
    const here = (type: string): SimResource[] =>
      all.filter((resource) => resource.type === type && resource.region === request.region);
    return operation({ request, accountId, all, here });
  };
}

function unknownOperation({ protocol, action }: AwsRequest): AwsError {
  if (protocol === 'json') return new AwsError('UnknownOperationException', `Unknown operation ${action}`);
  return new AwsError('InvalidAction', `The action ${action} is not valid for this web service.`);
}

/** A page of a listing and the token of the next one; a token that is not one of ours is refused. */
export function pageOf<T>(
  all: readonly T[],
  limit: number,
  token: string | undefined,
): { items: T[]; next: string | undefined } {
  const start = token ? Number(Buffer.from(token, 'base64url').toString('utf8').replace(/^at:/, '')) : 0;
  if (!Number.isInteger(start) || start < 0 || !(limit >= 1)) {
    throw new AwsError('InvalidParameterValue', 'The paging parameters are not valid.');
  }
  const end = start + limit;
  const next = end < all.length ? Buffer.from(`at:${end}`).toString('base64url') : undefined;
  return { items: all.slice(start, end), next };
}

export const createdAt = ({ createdDay }: SimResource): Date => new Date(createdDay * DAY_MS);

/** Seconds since 1970, as the JSON protocols write times. */
export const createdSeconds = ({ createdDay }: SimResource): number => (createdDay * DAY_MS) / 1000;

export const pairs = (tags: Record<string, string>): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const lowerPairs = (tags: Record<string, string>): { key: string; value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));

/** The text after the last slash or colon of an ARN. */
export const lastPart = (arn: string | undefined): string | undefined => arn?.split(/[/:]/).at(-1);

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

export const numberOf = (value: unknown, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
