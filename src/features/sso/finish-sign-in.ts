import type { Services } from '@/context';
import { inWorkspace } from '@/db/client';
import { recordAudit } from '@/features/audit/record-audit';
import { digestOf, rotateSession, type Device, type SignedIn } from '@/features/auth/sessions';
import { acceptSamlLogin } from './accept-login';
import { takeOnce } from './receive-response';
import { saveTest } from './record-test';
import { recordingRefusals, refuseLogin } from './refused';
import { openTicket, sealTicket, type LoginFacts, type TakenRequest, type Ticket } from './ticket';

const CLOCK_SKEW_MS = 60_000;
/** Longer than any ticket lives. */
const REMEMBER_MS = 10 * 60_000;

export interface FinishInput {
  readonly ticket: string;
  /** What the cookie of this browser says; null without one. */
  readonly browser: string | null;
  /** Who is signed in here already. */
  readonly current: SignedIn | null;
  readonly device: Device;
}

export interface Finished {
  /** The session's token; null where none was opened. */
  readonly token: string | null;
  /** A path of ours. */
  readonly to: string;
}

const atOf = (ticket: Ticket, device: Device) => ({
  workspaceId: ticket.workspaceId,
  connectionId: ticket.connectionId,
  address: device.address,
});

async function takeTicket(services: Services, ticket: Ticket): Promise<void> {
  const until = new Date(services.now().getTime() + REMEMBER_MS);
  if (!(await takeOnce(services, ticket, `ticket ${ticket.id}`, until))) refuseLogin('ticket-over');
}

async function finishTest(services: Services, input: FinishInput, ticket: Ticket, request: TakenRequest) {
  if (input.current?.userId !== request.userId || !ticket.test) return refuseLogin('other-person');
  await saveTest(services, atOf(ticket, input.device), request, ticket.test);
  return { token: null, to: `/settings/sso?c=${ticket.connectionId}&tested=1` };
}

/** The same person, asked again by the provider after we asked it to. */
async function finishStepUp(
  services: Services,
  input: FinishInput,
  given: { ticket: Ticket; request: TakenRequest; login: LoginFacts },
): Promise<Finished> {
  const { ticket, request, login } = given;
  const { current } = input;
  const isSame = current?.userId === request.userId && current?.email === login.email;
  if (!current || !isSame || current.session.method !== 'saml') return refuseLogin('other-person');
  const asked = Date.parse(request.createdAt) - CLOCK_SKEW_MS;
  if (Date.parse(login.authenticatedAt) < asked) return refuseLogin('not-fresh');
  const { workspaceId, connectionId } = ticket;
  await inWorkspace(services.db, workspaceId, async (tx) => {
    const session = await tx.authSession.count({
      where: { id: current.session.id, ssoWorkspaceId: workspaceId, ssoConnectionId: connectionId },
    });
    if (session === 0) refuseLogin('other-person');
    recordAudit(
      tx,
      { workspaceId, now: services.now, address: input.device.address },
      'session.stepped-up',
      current.userId,
      {
        actor: { kind: 'user', id: current.userId },
        detail: { method: 'saml' },
      },
    );
  });
  const token = await rotateSession(services, current.session.id, { steppedUp: true });
  return { token, to: request.returnTo };
}

/** Whether the person is asked: another site may have begun it, or somebody else is signed in here. */
const needsConfirmation = (request: TakenRequest, login: LoginFacts, current: SignedIn | null): boolean =>
  request.purpose === 'ask' || (current !== null && current.email !== login.email);

function requireBrowser(request: TakenRequest, browser: string | null): void {
  if (browser === null || digestOf(browser) !== request.browserDigest) refuseLogin('other-browser');
}

/**
 * The second half of a sign-in that was begun here, in the browser that began it. Opens a session, proves again who is there,
 * keeps the result of a test, or leads to the question whether it is them. Throws SsoRefused, which is recorded where it is
 * known for which workspace.
 */
export async function finishSignIn(services: Services, input: FinishInput): Promise<Finished> {
  const ticket = openTicket(services, input.ticket);
  if (!ticket) return refuseLogin('ticket-over');
  return recordingRefusals(services, atOf(ticket, input.device), async () => {
    const { request, login, workspaceId, connectionId } = ticket;
    if (!request || ticket.isToConfirm) return refuseLogin('unsolicited');
    requireBrowser(request, input.browser);
    await takeTicket(services, ticket);
    if (request.purpose === 'test') return finishTest(services, input, ticket, request);
    if (!login) return refuseLogin('ticket-over');
    if (request.purpose === 'step-up') return finishStepUp(services, input, { ticket, request, login });
    if (needsConfirmation(request, login, input.current)) {
      return {
        token: null,
        to: `/sso/confirm?ticket=${sealTicket(services, { ...ticket, isToConfirm: true })}`,
      };
    }
    const { token } = await acceptSamlLogin(services, {
      workspaceId,
      connectionId,
      login,
      device: input.device,
    });
    return { token, to: request.returnTo };
  });
}

export interface Confirmation {
  readonly email: string;
  readonly workspace: string;
}

/** Whom a login would sign in that has to be confirmed; null where it is over, or needs none. */
export async function readConfirmation(services: Services, sealed: string): Promise<Confirmation | null> {
  const ticket = openTicket(services, sealed);
  if (!ticket?.login || !ticket.isToConfirm) return null;
  const { workspaceId } = ticket;
  const workspace = await inWorkspace(services.db, workspaceId, (tx) =>
    tx.workspace.findFirst({ where: { id: workspaceId }, select: { name: true } }),
  );
  return workspace && { email: ticket.login.email, workspace: workspace.name };
}

/**
 * Signs in after the person said that it is them: by a login that the identity provider began, or that another site may have.
 * So nobody is signed in as somebody else, or to somebody else's workspace, unawares (login CSRF). Throws SsoRefused.
 */
export async function confirmSignIn(
  services: Services,
  input: Omit<FinishInput, 'current'>,
): Promise<Finished> {
  const ticket = openTicket(services, input.ticket);
  if (!ticket) return refuseLogin('ticket-over');
  return recordingRefusals(services, atOf(ticket, input.device), async () => {
    const { login, request, workspaceId, connectionId } = ticket;
    if (!ticket.isToConfirm || !login) return refuseLogin('unsolicited');
    if (request) requireBrowser(request, input.browser);
    await takeTicket(services, ticket);
    const { token } = await acceptSamlLogin(services, {
      workspaceId,
      connectionId,
      login,
      device: input.device,
    });
    return { token, to: request?.returnTo ?? '/overview' };
  });
}
