import { randomUUID } from 'node:crypto';
import { ZodError } from 'zod';
import { AppError, Invalid, LimitReached, Unauthenticated, type ErrorCode } from '@/errors';
import type { Logger } from '@/log';

export const statusOf = {
  unauthenticated: 401,
  forbidden: 403,
  'step-up': 403,
  'too-large': 413,
  'not-found': 404,
  conflict: 409,
  invalid: 400,
  precondition: 412,
  limit: 429,
  internal: 500,
} satisfies Record<ErrorCode, number>;

export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly requestId: string;
  readonly fields?: Record<string, string>;
}

export function fieldsOf(error: ZodError): Record<string, string> {
  return Object.fromEntries(
    error.issues.map((issue) => [issue.path.join('.') || 'input', issue.message]).reverse(),
  );
}

/** Any error as what a stranger may read. What we did not expect is logged and not shown. */
export function toErrorBody(error: unknown, log: Logger): ErrorBody {
  const requestId = randomUUID();
  if (error instanceof ZodError) {
    return toErrorBody(
      new Invalid(error.issues[0]?.message ?? 'The input is not right.', fieldsOf(error)),
      log,
    );
  }
  if (error instanceof AppError) {
    return {
      code: error.code,
      message: error.message,
      requestId,
      ...(error.fields ? { fields: error.fields } : {}),
    };
  }
  log.error({ err: error, requestId }, 'request failed');
  return { code: 'internal', message: 'Something went wrong. Please try again.', requestId };
}

function headersOf(error: unknown): Record<string, string> {
  if (error instanceof LimitReached) return { 'retry-after': String(error.retryAfterSeconds) };
  // RFC 9110, 11.6.1: a 401 says by what somebody can prove who they are.
  return error instanceof Unauthenticated ? { 'www-authenticate': 'Bearer' } : {};
}

export function errorResponse(error: unknown, log: Logger): Response {
  const body = toErrorBody(error, log);
  return Response.json({ error: body }, { status: statusOf[body.code], headers: headersOf(error) });
}
