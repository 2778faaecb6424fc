import { readFileSync } from 'node:fs';

export interface Member {
  readonly userId: string;
  readonly workspaceId: string;
}

/** What the specs know of the running stack. Written by the global setup; E2E_STACK names the file. */
export interface Stack {
  readonly baseUrl: string;
  readonly simulatedAwsUrl: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly authSecret: string;
  /** host:port at which domains are looked up. */
  readonly dnsServer: string;
  /** A workspace with one connected account, which no spec changes. */
  readonly shared: Member & { readonly connectionId: string; readonly viewId: string; readonly ref: string };
  /** A workspace whose one connection was revoked and erased. */
  readonly erased: Member & { readonly connectionId: string };
}

let read: Stack | undefined;

export function stack(): Stack {
  read ??= JSON.parse(readFileSync(process.env['E2E_STACK'] ?? '', 'utf8')) as Stack;
  return read;
}
