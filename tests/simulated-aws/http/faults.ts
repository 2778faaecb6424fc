import { AwsError } from './aws-error';
import type { Operation } from './aws-request';

export type FaultKind = 'latency' | 'throttle' | '5xx' | 'reset' | 'expired' | 'denied';

export interface Fault {
  kind: FaultKind;
  service?: string;
  action?: string;
  /** The account of the credentials in use. */
  accountId?: string;
  /** Latency in milliseconds. */
  ms?: number;
  /** How many requests it strikes before it is spent; for ever when absent. */
  times?: number;
  /** How many matching requests pass untouched first. */
  after?: number;
}

export interface ActiveFault extends Fault {
  id: number;
  struck: number;
  seen: number;
}

export const FAULT_KINDS: readonly FaultKind[] = ['latency', 'throttle', '5xx', 'reset', 'expired', 'denied'];

export class Faults {
  private active: ActiveFault[] = [];
  private nextId = 1;

  add(fault: Fault): ActiveFault {
    const added = { ...fault, id: this.nextId++, struck: 0, seen: 0 };
    this.active.push(added);
    return added;
  }

  list(): readonly ActiveFault[] {
    return this.active;
  }

  remove(id: number): void {
    this.active = this.active.filter((fault) => fault.id !== id);
  }

  clear(): void {
    this.active = [];
  }

  /** The faults that strike this request; counting it is part of the question. */
  strike(operation: Operation, accountId: string | undefined): ActiveFault[] {
    const struck: ActiveFault[] = [];
    for (const fault of this.active) {
      if (!matches(fault, operation, accountId)) continue;
      fault.seen += 1;
      if (fault.seen <= (fault.after ?? 0)) continue;
      if (fault.times !== undefined && fault.struck >= fault.times) continue;
      fault.struck += 1;
      struck.push(fault);
    }
    return struck;
  }
}

function matches(fault: Fault, operation: Operation, accountId: string | undefined): boolean {
  return (
    (fault.service === undefined || fault.service === operation.service) &&
    (fault.action === undefined || fault.action === operation.action) &&
    (fault.accountId === undefined || fault.accountId === accountId)
  );
}

const THROTTLES: Record<string, [code: string, message: string, status: number]> = {
  ce: ['LimitExceededException', 'Rate limit exceeded', 400],
  organizations: [
    'TooManyRequestsException',
    'You have sent too many requests in too short a period of time.',
    400,
  ],
  ec2: ['RequestLimitExceeded', 'Request limit exceeded.', 503],
  s3: ['SlowDown', 'Please reduce your request rate.', 503],
};

const FAILURES: Record<string, [code: string, status: number]> = {
  ce: ['InternalServerException', 500],
  organizations: ['ServiceException', 500],
  ec2: ['InternalError', 500],
  s3: ['InternalError', 500],
};

export function throttled(service: string): AwsError {
  const [code, message, status] = THROTTLES[service] ?? ['Throttling', 'Rate exceeded', 400];
  return new AwsError(code, message, status);
}

export function failed(service: string): AwsError {
  const [code, status] = FAILURES[service] ?? ['InternalFailure', 500];
  return new AwsError(code, 'We encountered an internal error. Please try again.', status);
}
