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

export interface DateRange {
  /** Inclusive, YYYY-MM-DD, UTC. */
  readonly start: string;
  /** Exclusive. */
  readonly end: string;
}

export interface CustomerSession {
  /** Account by account; one item a page. Amounts as AWS wrote them. */
  costPages(range: DateRange, accountId: string, kind: RecordKind): AsyncGenerator<CostRow[]>;
  /** Whole months, not grouped by anything but account: what the loaded rows are held against. */
  monthlyTotals(range: DateRange): Promise<AccountTotal[]>;
  /** Per account and record type, by month: tells what has to be fetched at all. */
  totalsByRecordType(range: DateRange): Promise<AccountTotal[]>;
  forecast(range: DateRange, metric: 'billed' | 'effective'): Promise<Forecast>;
  /** Null where the account is in no organization, or is a member that may not list it. */
  organizationAccounts(): Promise<{ organizationId: string; accounts: OrganizationAccount[] } | null>;
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
}
