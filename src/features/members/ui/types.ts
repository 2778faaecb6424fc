import type { ActionResult } from '@/ui/action-result';

export interface AccountChoice {
  readonly ref: string;
  /** Its name, or its number where AWS gave us none. */
  readonly name: string;
  readonly number: string;
}

export interface MemberLine {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly isYou: boolean;
  readonly how: string;
  readonly joined: string;
  readonly deactivated: string | null;
  /** What may be done with this person by whoever looks. */
  readonly canManage: boolean;
  /** Null for those who do not manage people. */
  readonly managed: {
    readonly lastSeen: string | null;
    readonly hasSecondFactor: boolean;
    readonly isVerified: boolean;
    readonly accounts: readonly string[] | null;
  } | null;
}

export interface InvitationLine {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly accounts: number | null;
  readonly invitedBy: string;
  readonly expires: string;
  readonly state: 'open' | 'expired' | 'void';
  readonly canManage: boolean;
}

export interface SentInvitation {
  readonly id: string;
  readonly email: string;
  readonly link: string | null;
}

export interface PeopleActions {
  readonly invite: (input: {
    email: string;
    role: string;
    accounts: readonly string[] | null;
  }) => Promise<ActionResult<SentInvitation>>;
  readonly resend: (input: { invitationId: string }) => Promise<ActionResult<SentInvitation>>;
  readonly withdraw: (input: { invitationId: string }) => Promise<ActionResult<void>>;
  readonly changeRole: (input: {
    userId: string;
    role: string;
    liftsLimit: boolean;
  }) => Promise<ActionResult<void>>;
  readonly limit: (input: {
    userId: string;
    accounts: readonly string[] | null;
  }) => Promise<ActionResult<void>>;
  readonly remove: (input: { userId: string }) => Promise<ActionResult<void>>;
  readonly transfer: (input: { userId: string; staysOwner: boolean }) => Promise<ActionResult<void>>;
  readonly leave: () => Promise<ActionResult<void>>;
}
