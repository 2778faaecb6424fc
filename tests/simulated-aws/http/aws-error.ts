import type { BodyPlan } from '../billing/file-faults';
import { element, escapeXml } from './xml';

export type Protocol = 'query' | 'ec2' | 'json' | 's3';

export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
  /** How the body is sent, where not at once. */
  plan?: BodyPlan;
}

export function renderError(
  protocol: Protocol,
  error: AwsError,
  requestId: string,
  path: string,
): WireResponse {
  const { code, message, status } = error;
  const fields = element('Code', code) + element('Message', message);
  switch (protocol) {
    case 'json':
      return {
        status,
        headers: { 'content-type': 'application/x-amz-json-1.1' },
        body: JSON.stringify({ __type: code, Message: message, message }),
      };
    case 'ec2':
      return xml(
        status,
        `<Response><Errors><Error>${fields}</Error></Errors><RequestID>${requestId}</RequestID></Response>`,
      );
    case 's3':
      return xml(
        status,
        `<Error>${fields}<Resource>${escapeXml(path)}</Resource><RequestId>${requestId}</RequestId></Error>`,
      );
    case 'query': {
      const type = status >= 500 ? 'Receiver' : 'Sender';
      return xml(
        status,
        `<ErrorResponse><Error><Type>${type}</Type>${fields}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
      );
    }
  }
}

export function xml(status: number, body: string, headers: Record<string, string> = {}): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', ...headers },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}

export function json(value: unknown, status = 200): WireResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(value) };
}
