import type { ExportFiles } from '../billing/export-files';
import type { Authorizer } from '../identity/authorize';
import type { AwsRequest } from '../http/aws-request';
import type { WireResponse } from '../http/aws-error';
import type { SimClock } from '../world/clock';
import type { World } from '../world/world';

export interface ServiceContext {
  world: World;
  clock: SimClock;
  authorizer: Authorizer;
  /** What AWS writes to the buckets of billing exports. */
  exportFiles: ExportFiles;
  /** How long a stack stays in progress. */
  stackDelayMs: number;
  /** Groups that fit one Cost Explorer page. */
  costPageSize: number;
}

export type Service = (request: AwsRequest, context: ServiceContext) => Promise<WireResponse>;
