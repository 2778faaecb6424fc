import {
  SAML,
  ValidateInResponseTo,
  type CacheProvider,
  type Profile,
  type SamlConfig,
} from '@node-saml/node-saml';
import { CLOCK_SKEW_MS, MAX_MESSAGE_AGE_MS } from './names';
import { refuse, type IdpSettings, type SamlLogin, type SpSettings } from './types';

export interface OpinionInput {
  readonly sp: SpSettings;
  readonly idp: IdpSettings;
  readonly pems: readonly string[];
  readonly text: string;
  readonly now: Date;
  readonly privateKeyPem: string | null;
}

/** The library reads the clock of the computer; this one is told the time, like everything here. */
class ToldTheTime extends SAML {
  constructor(
    config: SamlConfig,
    private readonly instant: Date,
  ) {
    super(config);
  }

  protected override checkTimestampsValidityError(
    _nowMs: number,
    notBefore: string,
    notOnOrAfter: string,
    maxTimeLimitMs?: number,
  ): Error | null {
    return super.checkTimestampsValidityError(
      this.instant.getTime(),
      notBefore,
      notOnOrAfter,
      maxTimeLimitMs,
    );
  }
}

/** Knows the one request that was taken for this message, and no other. */
function oneRequest(taken: string | null): CacheProvider {
  const answer = (key: string | null) => (key !== null && key === taken ? new Date().toISOString() : null);
  return {
    saveAsync: () => Promise.resolve(null),
    getAsync: (key) => Promise.resolve(answer(key)),
    removeAsync: () => Promise.resolve(null),
  };
}

function configOf({ sp, idp, pems, privateKeyPem }: OpinionInput, inResponseTo: string | null): SamlConfig {
  return {
    issuer: sp.entityId,
    audience: sp.entityId,
    callbackUrl: sp.acsUrl,
    idpIssuer: idp.entityId,
    idpCert: [...pems],
    wantAuthnResponseSigned: true,
    wantAssertionsSigned: sp.wantSignedAssertion !== false,
    // The word, not `true`: the library takes that for "never". A message that answers nothing is
    // refused by "always" even where the connection takes such; that it carries no id is known by now.
    validateInResponseTo:
      inResponseTo === null ? ValidateInResponseTo.ifPresent : ValidateInResponseTo.always,
    cacheProvider: oneRequest(inResponseTo),
    acceptedClockSkewMs: CLOCK_SKEW_MS,
    maxAssertionAgeMs: MAX_MESSAGE_AGE_MS,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    ...(privateKeyPem === null ? {} : { decryptionPvk: privateKeyPem }),
  };
}

async function opinion(input: OpinionInput, inResponseTo: string | null): Promise<Profile | null> {
  const library = new ToldTheTime(configOf(input, inResponseTo), input.now);
  const SAMLResponse = Buffer.from(input.text, 'utf8').toString('base64');
  try {
    return (await library.validatePostResponseAsync({ SAMLResponse })).profile;
  } catch {
    return null;
  }
}

/**
 * Asks node-saml about the same text. It must take it and read the same person out of it.
 * @throws SamlRefused
 */
export async function checkLibraryAgrees(input: OpinionInput, login: SamlLogin): Promise<void> {
  const profile = await opinion(input, login.inResponseTo);
  if (profile === null) return refuse('library');
  const agrees =
    profile.issuer === input.idp.entityId &&
    profile.nameID === login.nameId &&
    (profile.sessionIndex ?? null) === (login.sessionIndex === '' ? null : login.sessionIndex);
  if (!agrees) refuse('library');
}
