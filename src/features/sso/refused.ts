import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { LimitReached } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { countRequest } from '@/features/tokens/rate-limit';
import { REFUSAL_TEXT } from '@/saml/refusal-text';
import { SamlRefused, type SamlRefusal } from '@/saml/types';

/** Why a login was refused although its message was right, or never looked at. */
export const OWN_REFUSAL_TEXT = {
  'unknown-connection': 'There is no such connection.',
  'not-set-up': 'The connection does not know its identity provider yet.',
  'not-active': 'The connection is not turned on.',
  'no-email': 'The identity provider sent no email address. Check the attribute mapping.',
  'several-emails': 'The identity provider sent more than one email address for one person.',
  'foreign-domain': 'The email address is of a domain that this workspace has not verified.',
  deactivated: 'The person was deactivated in this workspace.',
  'not-a-member': 'The person is no member, and the connection makes nobody a member by itself.',
  'other-browser': 'The sign-in was finished in another browser than it was begun in.',
  'ticket-over': 'The sign-in took too long, or its link was opened twice. Start again.',
  'other-person': 'Somebody else signed in than the person who was asked to.',
  'not-fresh': 'The identity provider did not ask the person again.',
  'settings-changed': 'The settings were changed while the test was under way. Test again.',
  'logout-unsupported': 'The identity provider named no address for its answer to a logout.',
} as const;

export type OwnRefusal = keyof typeof OWN_REFUSAL_TEXT;
export type Refusal = OwnRefusal | SamlRefusal;

export const refusalText = (reason: string): string =>
  ({ ...REFUSAL_TEXT, ...OWN_REFUSAL_TEXT })[reason as Refusal] ?? 'The sign-in was refused.';

/** A login that opens nothing. Whoever sees the page learns nothing of the reason; the workspace's audit trail has it. */
export class SsoRefused extends Error {
  constructor(readonly reason: Refusal) {
    super(refusalText(reason));
    this.name = 'SsoRefused';
  }
}

export function refuseLogin(reason: Refusal): never {
  throw new SsoRefused(reason);
}

export interface At {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly address: string;
}

const RECORDED_PER_MINUTE = 60;

async function isFlood(services: Services, { workspaceId, address }: At): Promise<boolean> {
  try {
    await countRequest(services, `sso-refused ${workspaceId} ${address}`, RECORDED_PER_MINUTE);
    return false;
  } catch (error) {
    if (error instanceof LimitReached) return true;
    throw error;
  }
}

/**
 * Writes a refusal down with our word for it and nothing of the message; at most 60 a minute from one address, so that nobody
 * can fill a workspace's trail from outside.
 */
export async function recordRefusal(services: Services, at: At, reason: Refusal): Promise<void> {
  const { workspaceId, connectionId, address } = at;
  if (await isFlood(services, at)) return;
  await inWorkspace(services.db, workspaceId, async (tx) => {
    const workspace = await tx.workspace.findFirst({ where: { id: workspaceId }, select: { id: true } });
    if (workspace) {
      recordAudit(tx, { workspaceId, now: services.now, address }, 'sso.refused', connectionId, {
        detail: { reason },
      });
    }
  });
}

/** Runs what may refuse a login; a refusal is recorded and thrown as SsoRefused. */
export async function recordingRefusals<T>(services: Services, at: At, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SsoRefused) && !(error instanceof SamlRefused)) throw error;
    await recordRefusal(services, at, error.reason);
    throw new SsoRefused(error.reason);
  }
}
