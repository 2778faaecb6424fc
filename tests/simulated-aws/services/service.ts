import type { Authorizer } from '../identity/authorize.ts';
import type { AwsRequest } from '../http/aws-request.ts';
import type { WireResponse } from '../http/aws-error.ts';
import type { SimClock } from '../world/clock.ts';
import type { World } from '../world/world.ts';

export interface ServiceContext {
  world: World;
  clock: SimClock;
  authorizer: Authorizer;
  /** How long a stack stays in progress. */
  stackDelayMs: number;
  /** Groups that fit one Cost Explorer page. */
  costPageSize: number;
}

export type Service = (request: AwsRequest, context: ServiceContext) => Promise<WireResponse>;
