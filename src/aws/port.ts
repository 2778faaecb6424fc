import type { BucketFolder } from './bucket-access';
import type { SessionPurpose } from './session-policy';

/** How a connection's role is reached. The ExternalId comes from the stored connection, never from a request. */
export interface RoleTarget {
  readonly connectionId: string;
  readonly roleArn: string;
  readonly awsAccountId: string;
  readonly externalId: string;
}

export type AwsFailureKind =
  | 'cannot-assume-role'
  | 'permission-missing'
  | 'throttled'
  | 'expired-credentials'
  | 'data-unavailable'
  | 'no-organization'
  | 'no-bucket'
  | 'region-disabled'
  | 'invalid-request'
  | 'invalid-role'
  | 'session-policy'
  | 'unavailable'
  | 'our-credentials'
  | 'daily-cap';

export class AwsError extends Error {
  constructor(
    readonly kind: AwsFailureKind,
    message: string,
    readonly retryable: boolean,
    readonly action: string | null,
  ) {
    super(message);
    this.name = 'AwsError';
  }
}

/** One call as CloudTrail would show it. */
export interface AwsCall {
  readonly at: Date;
  readonly awsAccountId: string;
  readonly region: string;
  readonly service: string;
  readonly action: string;
  readonly outcome: string;
  readonly durationMs: number;
  readonly requestId: string | null;
  readonly sessionName: string;
}

/** `before` may refuse a call by throwing; what it answers is called after every attempt that went out, also a failed one. */
export interface CallObserver {
  before(service: string, action: string): Promise<(call: AwsCall) => Promise<void>>;
}

export type ProbeOutcome = 'denied' | 'allowed' | 'inconclusive';

export interface ProbeReport {
  readonly without: ProbeOutcome | null;
  readonly wrong: ProbeOutcome | null;
  readonly right: ProbeOutcome;
  /** GetCallerIdentity's account against the connection's; null where the role did not open. */
  readonly accountMatches: boolean | null;
  readonly detail: AwsFailureKind | null;
}

export type RecordKind = 'usage' | 'other';

export interface CostRow {
  readonly date: string;
  readonly service: string;
  readonly region: string;
  readonly recordType: string;
  readonly currency: string;
  readonly billed: string;
  readonly effective: string;
}

/** A day of one resource, of what one service charged for it. */
export interface ResourceCostRow {
  readonly date: string;
  /** As the bill spells it: an ARN or an id. */
  readonly resourceId: string;
  readonly service: string;
  readonly currency: string;
  readonly billed: string;
  readonly effective: string;
}

/** A page of tag keys. */
export interface TagKeyPage {
  readonly keys: readonly string[];
  /** There is nothing more to be asked. */
  readonly isLast: boolean;
}

/** Values of one tag key or cost category: the first of them, and how many there are. */
export interface TagValues {
  readonly total: number;
  readonly first: readonly string[];
}

export interface AccountTotal {
  readonly period: string;
  readonly accountId: string;
  readonly recordType: string;
  readonly currency: string;
  readonly billed: string;
  readonly effective: string;
  readonly estimated: boolean;
}

export interface Forecast {
  readonly mean: string;
  readonly low: string;
  readonly high: string;
  readonly currency: string;
}

export interface OrganizationAccount {
  readonly accountId: string;
  readonly name: string;
  readonly status: string;
}

/** A billing export or report that the account has. `problem` says why it is of less use, or of none. */
export interface FoundExport {
  readonly service: 'data-exports' | 'cur';
  readonly arn: string;
  readonly name: string;
  readonly format: 'focus' | 'cur-2.0' | 'cur';
  readonly bucket: string;
  /** Without slashes at its ends. */
  readonly prefix: string;
  readonly region: string;
  readonly problem: string | null;
}

export interface ExportLocation {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
}

export interface ExportFile {
  readonly key: string;
  readonly etag: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** What is needed of the account that has the billing exports, and of their bucket. */
export interface ExportSession {
  /** Data Exports with cost in them, and Cost and Usage Reports. */
  listExports(): Promise<FoundExport[]>;
  /** All files under the export's prefix. */
  listFiles(location: ExportLocation): Promise<ExportFile[]>;
  /** Streams one file to a path; refuses one that is not the listed one any more. */
  downloadFile(location: ExportLocation, file: ExportFile, path: string): Promise<void>;
}

/** What is needed of a bucket that files come from: one folder of it. */
export interface BucketSession {
  /** The region that the bucket is in. */
  region(): Promise<string>;
  /** Everything in the folder, page by page, in the order of the keys. */
  listObjects(region: string): AsyncGenerator<ExportFile[]>;
  /**
   * Hands the bytes of an object to `take` as they come, once. What `take` throws is thrown on. The bytes end with an
   * AwsError where they broke off or came short, and none come of an object that is not the listed one any more.
   */
  readObject<T>(
    region: string,
    file: ExportFile,
    take: (body: AsyncIterable<Uint8Array>) => Promise<T>,
  ): Promise<T>;
}

export interface DateRange {
  /** Inclusive, YYYY-MM-DD, UTC. */
  readonly start: string;
  /** Exclusive. */
  readonly end: string;
}

export interface CustomerSession {
  /** Account by account; one item a page. Amounts as AWS wrote them. */
  costPages(range: DateRange, accountId: string, kind: RecordKind): AsyncGenerator<CostRow[]>;
  /**
   * By resource, of the last fourteen days at most; what belongs to no resource is left out. `data-unavailable` where the payer
   * has not opted in. One item a page.
   */
  resourceCostPages(
    range: DateRange,
    accountId: string,
    services: readonly string[],
  ): AsyncGenerator<ResourceCostRow[]>;
  /** Keys of the tags that cost carries. Each page is a request. */
  tagKeyPages(range: DateRange): AsyncGenerator<TagKeyPage>;
  /** Names of cost categories, as keys. Each page is a request. */
  categoryPages(range: DateRange): AsyncGenerator<TagKeyPage>;
  /** Of one of those keys. One request. */
  tagValues(range: DateRange, key: string): Promise<TagValues>;
  /** Whole months, not grouped by anything but account: what the loaded rows are held against. */
  monthlyTotals(range: DateRange): Promise<AccountTotal[]>;
  /** Per account and record type, by month: tells what has to be fetched at all. */
  totalsByRecordType(range: DateRange): Promise<AccountTotal[]>;
  forecast(range: DateRange, metric: 'billed' | 'effective'): Promise<Forecast>;
  /** Null where the account is in no organization, or is a member that may not list it. */
  organizationAccounts(): Promise<{ organizationId: string; accounts: OrganizationAccount[] } | null>;
}

/** A resource as the inventory knows it: what it is and who has it, nothing of what is in it. */
export interface CollectedResource {
  readonly arn: string;
  readonly id: string;
  /** As AWS Resource Explorer writes it, e.g. `ec2:instance`. */
  readonly type: string;
  readonly name: string;
  /** `global` for what belongs to no region. */
  readonly region: string;
  readonly accountId: string;
  /** Null where the listing does not tell. */
  readonly createdAt: Date | null;
  /** The service's own word, in lower case; empty where the service has none. */
  readonly state: string;
  readonly tags: Record<string, string>;
  /** Sizes in the unit that the name ends with. */
  readonly attributes: Record<string, string | number | boolean>;
  readonly relatedArns: readonly string[];
}

/** Why something is missing from the inventory. */
export interface InventoryGap {
  readonly type: string;
  readonly region: string;
  /** The IAM action that failed. */
  readonly action: string;
  readonly reason: AwsFailureKind;
  /** For people. */
  readonly message: string;
}

export interface InventoryPage {
  /** `tagged` for what was found by its tags: it has neither day nor attributes, and may repeat what a listing told. */
  readonly type: string;
  readonly region: string;
  /** False where the tags of these resources could not be read: that there are none says nothing then. */
  readonly tagsKnown: boolean;
  readonly resources: readonly CollectedResource[];
}

/** How the listing of one type in one region ended. */
export interface TypeOutcome {
  readonly type: string;
  /** The types that its resources may have; for `tagged` whatever has no outcome of its own. */
  readonly covers: readonly string[];
  readonly region: string;
  readonly resources: number;
  /** True where all resources were listed, so that one not among them is gone. */
  readonly isComplete: boolean;
  readonly tagsKnown: boolean;
  readonly gaps: readonly InventoryGap[];
}

/** What an account has, without what is in it. */
export interface InventorySession {
  /** The regions that are switched on in the account. */
  enabledRegions(): Promise<string[]>;
  /**
   * Hands on each page of resources as it arrives and yields how each type in each region ended. Up to eight pages
   * may be with `onPage` at once. Throws AwsError where the role does not open; what fails in one place only is a gap.
   */
  collect(
    regions: readonly string[],
    onPage: (page: InventoryPage) => Promise<void>,
  ): AsyncGenerator<TypeOutcome>;
}

export interface AwsPort {
  /** Tries the role without an ExternalId, with a random wrong one and with the right one. `rightOnly` polls for it. */
  probe(target: RoleTarget, observer: CallObserver, options?: { rightOnly?: boolean }): Promise<ProbeReport>;
  open(
    target: RoleTarget,
    purpose: SessionPurpose,
    observer: CallObserver,
    signal: AbortSignal,
  ): CustomerSession;
  openExports(target: RoleTarget, observer: CallObserver, signal: AbortSignal): ExportSession;
  openBucket(
    target: RoleTarget,
    folder: BucketFolder,
    observer: CallObserver,
    signal: AbortSignal,
  ): BucketSession;
  openInventory(target: RoleTarget, observer: CallObserver, signal: AbortSignal): InventorySession;
}
