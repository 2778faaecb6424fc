import { randomUUID } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Services } from '@/context';
import type { Role } from '@/domain/permissions';

const LIFE_MS = 60_000;
/** Somebody has to read a question and answer it. */
const CONFIRM_LIFE_MS = 5 * 60_000;
const PREFIX = 'sso ';
const INFLATED_MAX = 64 * 1024;

/** `ask`: another site may have begun this sign-in, so the person is asked before they are signed in. */
export type Purpose = 'sign-in' | 'ask' | 'test' | 'step-up';

/** The request that was answered, as it stood when it was taken. */
export interface TakenRequest {
  readonly id: string;
  readonly purpose: Purpose;
  readonly browserDigest: string;
  readonly userId: string | null;
  readonly returnTo: string;
  readonly createdAt: string;
}

/** Who signed in at the identity provider, and what this workspace makes of it. */
export interface LoginFacts {
  readonly email: string;
  readonly name: string;
  /** Of the person's groups, by the rules of the connection. */
  readonly role: Role;
  /** One of the groups gives it; it is not what the connection gives to whoever is in none. */
  readonly isRoleByGroup: boolean;
  readonly nameId: string;
  readonly nameIdFormat: string | null;
  readonly sessionIndex: string | null;
  readonly sessionNotOnOrAfter: string | null;
  readonly authenticatedAt: string;
}

export interface TestFacts {
  readonly reason: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly role: Role | null;
  readonly nameIdFormat: string | null;
  readonly groups: readonly string[];
  readonly attributes: readonly {
    readonly name: string;
    readonly values: readonly string[];
    readonly more: number;
  }[];
}

/**
 * What the page that takes the provider's answer hands to the page that knows the browser: a POST from another site brings no
 * cookie along. Without `request` nobody here asked for the login.
 */
export interface Ticket {
  readonly id: string;
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly request: TakenRequest | null;
  /** It is for the page that asks the person, and for nothing else. */
  readonly isToConfirm: boolean;
  readonly login: LoginFacts | null;
  readonly test: TestFacts | null;
}

export function sealTicket(services: Pick<Services, 'now' | 'sealer'>, given: Omit<Ticket, 'id'>): string {
  const ticket: Ticket = { ...given, id: randomUUID() };
  const life = given.isToConfirm ? CONFIRM_LIFE_MS : LIFE_MS;
  const text = deflateRawSync(JSON.stringify(ticket)).toString('base64');
  return services.sealer.seal(`${PREFIX}${text}`, new Date(services.now().getTime() + life));
}

/** Null for what we did not seal, and what is over. */
export function openTicket(services: Pick<Services, 'now' | 'sealer'>, sealed: string): Ticket | null {
  const text = services.sealer.open(sealed, services.now());
  if (!text?.startsWith(PREFIX)) return null;
  const json = inflateRawSync(Buffer.from(text.slice(PREFIX.length), 'base64'), {
    maxOutputLength: INFLATED_MAX,
  });
  return JSON.parse(json.toString('utf8')) as Ticket;
}
