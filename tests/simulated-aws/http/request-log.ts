export interface LogEntry {
  seq: number;
  time: string;
  service: string;
  action: string;
  region: string;
  principalArn: string | undefined;
  accountId: string | undefined;
  sessionName: string | undefined;
  externalId: string | undefined;
  status: number;
  errorCode: string | undefined;
  ms: number;
  requestId: string;
}

const KEPT = 20_000;

/** Every AWS request in order of arrival of its answer, as CloudTrail would tell it. */
export class RequestLog {
  private list: LogEntry[] = [];
  private next = 1;

  add(entry: Omit<LogEntry, 'seq'>): void {
    this.list.push({ seq: this.next++, ...entry });
    if (this.list.length > KEPT) this.list = this.list.slice(-KEPT / 2);
  }

  entries(since = 0): LogEntry[] {
    return this.list.filter((entry) => entry.seq > since);
  }

  clear(): void {
    this.list = [];
  }
}
