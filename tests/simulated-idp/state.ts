import { randomBytes } from 'node:crypto';

export interface IdpUser {
  readonly email: string;
  readonly name: string;
  readonly groups: readonly string[];
  /** The name that the assertion carries; the address unless given. */
  readonly nameId?: string;
}

export interface IdpBehaviour {
  /** Encrypts the assertion for the first encryption certificate of the service provider. */
  encrypt: boolean;
  /** Minutes until the session ends (SessionNotOnOrAfter); null leaves it open. */
  sessionMinutes: number | null;
  signResponse: boolean;
  signAssertion: boolean;
  /** Format of the NameID. */
  nameIdFormat: string;
}

/** A request that waits for somebody to be chosen, or a start without a request. */
export interface PendingLogin {
  readonly sp: string;
  readonly requestId: string | null;
  readonly relayState: string;
  readonly forceAuthn: boolean;
}

export interface IdpSession {
  readonly user: IdpUser;
  readonly sp: string;
  readonly sessionIndex: string;
}

export const USERS: readonly IdpUser[] = [
  { email: 'ada@acme.example', name: 'Ada Lovelace', groups: ['Finance', 'Cloud'] },
  { email: 'grace@acme.example', name: 'Grace Hopper', groups: ['Cloud'] },
  { email: 'mallory@evil.example', name: 'Mallory', groups: [] },
];

const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';

export function newToken(): string {
  return `_${randomBytes(16).toString('hex')}`;
}

export class IdpState {
  users: readonly IdpUser[] = USERS;
  readonly behaviour: IdpBehaviour = {
    encrypt: false,
    sessionMinutes: 480,
    signResponse: true,
    signAssertion: true,
    nameIdFormat: EMAIL_FORMAT,
  };
  /** Metadata by entity id. */
  readonly serviceProviders = new Map<string, string>();
  readonly pending = new Map<string, PendingLogin>();
  readonly sessions = new Map<string, IdpSession>();
  /** What service providers have answered to a logout that began here. */
  readonly loggedOut: string[] = [];

  userNamed(email: string): IdpUser | undefined {
    return this.users.find((user) => user.email === email);
  }
}
