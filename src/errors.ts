export type ErrorCode =
  | 'unauthenticated'
  | 'forbidden'
  | 'step-up'
  | 'too-large'
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'precondition'
  | 'limit'
  | 'internal';

/** A rule that was broken, in words for the person who broke it. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly fields?: Record<string, string>,
  ) {
    super(message);
    this.name = 'AppError';
  }
}

export class Unauthenticated extends AppError {
  constructor(message = 'Sign in first.') {
    super('unauthenticated', message);
  }
}

export class Forbidden extends AppError {
  constructor(message = 'Your role does not allow this. Ask an owner of the workspace.') {
    super('forbidden', message);
  }
}

export class NotFound extends AppError {
  constructor(what: string) {
    super('not-found', `There is no such ${what}.`);
  }
}

export class Conflict extends AppError {
  constructor(message: string) {
    super('conflict', message);
  }
}

export class Invalid extends AppError {
  constructor(message: string, fields?: Record<string, string>) {
    super('invalid', message, fields);
  }
}

export class PreconditionFailed extends AppError {
  constructor(message: string) {
    super('precondition', message);
  }
}

export class LimitReached extends AppError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('limit', message);
  }
}

/** Allowed, but only for somebody who proved a moment ago who they are. */
export class StepUpNeeded extends AppError {
  constructor(message = 'Confirm that it is you first.') {
    super('step-up', message);
  }
}

export class TooLarge extends AppError {
  constructor(message: string) {
    super('too-large', message);
  }
}
