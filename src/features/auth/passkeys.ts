import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type AuthenticatorTransport,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Services } from '@/context';
import { Conflict, Invalid, NotFound, Unauthenticated } from '@/errors';
import { countRequest } from '@/features/tokens/rate-limit';
import { auditSignIn, auditUnseen } from './audit-sign-in';
import { forgetShownFactors } from './forget-factors';
import { requireFresh, requireOwnCredentials, type Person } from './person';
import type { AddPasskeyInput, PasskeyRef } from './schemas';
import { createSession, digestOf, rotateSession, type Device, type Opened } from './sessions';
import { tellOfChange } from './tell-change';
import { countAttempt, forgetAttempts } from './throttle';

const CHALLENGE_MS = 5 * 60_000;
const PASSKEYS_MAX = 20;
const STRANGERS_PER_MINUTE = 60;
const REFUSED = 'The passkey was not accepted. Try again, or sign in another way.';

/** WebAuthn binds a passkey to this host name and this origin (WebAuthn Level 3, 13.4.9). */
const partyOf = (services: Services) => {
  const url = new URL(services.config.appUrl);
  return { id: url.hostname, origin: url.origin };
};

type Purpose = 'add' | 'factor' | 'sign-in';

async function keepChallenge(services: Services, challenge: string, purpose: Purpose, userId: string | null) {
  await services.db.prisma.webauthnChallenge.create({
    data: {
      digest: digestOf(challenge),
      purpose,
      userId,
      expiresAt: new Date(services.now().getTime() + CHALLENGE_MS),
    },
  });
}

/** True once for each challenge, and only for what and whom it was made. */
async function takeChallenge(services: Services, challenge: string, purpose: Purpose, userId: string | null) {
  const { count } = await services.db.prisma.webauthnChallenge.deleteMany({
    where: { digest: digestOf(challenge), purpose, userId, expiresAt: { gt: services.now() } },
  });
  return count === 1;
}

export async function offerPasskey(person: Person): Promise<PublicKeyCredentialCreationOptionsJSON> {
  requireFresh(person);
  await requireOwnCredentials(person);
  const user = await person.db.prisma.appUser.findUniqueOrThrow({
    where: { id: person.userId },
    select: { email: true, name: true, passkeys: { select: { id: true, transports: true } } },
  });
  if (user.passkeys.length >= PASSKEYS_MAX)
    throw new Conflict(`You have ${PASSKEYS_MAX} passkeys. Remove one first.`);
  const options = await generateRegistrationOptions({
    rpName: 'Belvedere',
    rpID: partyOf(person).id,
    userID: new TextEncoder().encode(person.userId),
    userName: user.email,
    userDisplayName: user.name,
    attestationType: 'none',
    excludeCredentials: user.passkeys.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
  });
  await keepChallenge(person, options.challenge, 'add', person.userId);
  return options;
}

/** Keeps a passkey that has signed our challenge, and returns the session's new token. Throws Invalid where it did not. */
export async function addPasskey(person: Person, input: AddPasskeyInput): Promise<string> {
  requireFresh(person);
  await requireOwnCredentials(person);
  const party = partyOf(person);
  const verified = await verifyRegistrationResponse({
    response: input.response as unknown as RegistrationResponseJSON,
    expectedChallenge: (challenge) => takeChallenge(person, challenge, 'add', person.userId),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: false,
  }).catch(() => null);
  if (!verified?.verified) throw new Invalid('The passkey was not accepted. Try again.');
  const { credential, credentialBackedUp } = verified.registrationInfo;
  const { count } = await person.db.prisma.passkey.createMany({
    data: [
      {
        id: credential.id,
        userId: person.userId,
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: credential.transports ?? [],
        isBackedUp: credentialBackedUp,
        name: input.name,
        createdAt: person.now(),
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) throw new Conflict('This passkey is known already.');
  tellOfChange(person, person, 'passkey-added');
  await auditSignIn(person, person.userId, person.device, { action: 'factor.passkey-added' });
  return rotateSession(person, person.session.id, { secondFactor: true });
}

export async function removePasskey(person: Person, input: PasskeyRef): Promise<void> {
  requireFresh(person);
  await requireOwnCredentials(person);
  const { count } = await person.db.prisma.passkey.deleteMany({
    where: { id: input.passkeyId, userId: person.userId },
  });
  if (count === 0) throw new NotFound('passkey');
  tellOfChange(person, person, 'passkey-removed');
  await forgetShownFactors(person.db.prisma, person.userId);
  await auditSignIn(person, person.userId, person.device, { action: 'factor.passkey-removed' });
}

/** What a browser needs to ask for a passkey: of one person as a second factor, or of whoever has one here. */
export async function askForPasskey(
  services: Services,
  userId: string | null,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const passkeys = userId
    ? await services.db.prisma.passkey.findMany({ where: { userId }, select: { id: true, transports: true } })
    : [];
  const options = await generateAuthenticationOptions({
    rpID: partyOf(services).id,
    allowCredentials: passkeys.map(({ id, transports }) => ({
      id,
      transports: transports as AuthenticatorTransport[],
    })),
    userVerification: userId ? 'preferred' : 'required',
  });
  await keepChallenge(services, options.challenge, userId ? 'factor' : 'sign-in', userId);
  return options;
}

/** The same for a stranger at the door, who leaves a challenge behind each time; throws LimitReached beyond 60 a minute. */
export async function askStranger(
  services: Services,
  address: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  await countRequest(services, `passkey ${address}`, STRANGERS_PER_MINUTE);
  return askForPasskey(services, null);
}

interface Given {
  /** Whose passkey it has to be; null: whose it is is what we ask. */
  readonly userId: string | null;
  readonly response: { id: string };
  /** With a finger, face or PIN on the device: a passkey that stands alone has to be two factors in one. */
  readonly needsPin: boolean;
}

async function takePasskey(services: Services, given: Given): Promise<{ userId: string } | null> {
  const party = partyOf(services);
  const stored = await services.db.prisma.passkey.findUnique({ where: { id: given.response.id } });
  if (!stored || (given.userId !== null && stored.userId !== given.userId)) return null;
  const purpose = given.userId === null ? 'sign-in' : 'factor';
  const result = await verifyAuthenticationResponse({
    response: given.response as unknown as AuthenticationResponseJSON,
    expectedChallenge: (challenge) => takeChallenge(services, challenge, purpose, given.userId),
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    credential: {
      id: stored.id,
      publicKey: new Uint8Array(stored.publicKey),
      counter: Number(stored.counter),
      transports: stored.transports as AuthenticatorTransport[],
    },
    requireUserVerification: given.needsPin,
  }).catch(() => null);
  if (!result?.verified) return null;
  const { count } = await services.db.prisma.passkey.updateMany({
    where: { id: stored.id, userId: stored.userId },
    data: {
      counter: result.authenticationInfo.newCounter,
      isBackedUp: result.authenticationInfo.credentialBackedUp,
      lastUsedAt: services.now(),
    },
  });
  return count === 1 ? { userId: stored.userId } : null;
}

/** True where the passkey is the person's and signed a challenge made for them; the challenge is used up. */
export async function verifyPasskey(
  services: Services,
  given: Given & { readonly userId: string },
): Promise<boolean> {
  return (await takePasskey(services, given)) !== null;
}

/** Signs in with a passkey alone. It is two factors: the device, and what unlocks it. Throws Unauthenticated. */
export async function signInWithPasskey(
  services: Services,
  response: { id: string },
  device: Device,
): Promise<Opened> {
  await countAttempt(services, `passkey ${response.id}`, device.address);
  const found = await takePasskey(services, { userId: null, response, needsPin: true });
  if (!found) {
    const whose = await services.db.prisma.passkey.findUnique({ where: { id: response.id } });
    if (whose) auditUnseen(services, whose.userId, device, { action: 'session.refused', reason: 'passkey' });
    throw new Unauthenticated(REFUSED);
  }
  await forgetAttempts(services, `passkey ${response.id}`, device.address);
  const { userId } = found;
  const token = await createSession(services, { userId, method: 'passkey', device, hasSecondFactor: true });
  await auditSignIn(services, userId, device, { action: 'session.opened', method: 'passkey' });
  return { userId, token, stage: 'open' };
}
