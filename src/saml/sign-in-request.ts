import { ASSERTION, BINDING_POST, PROTOCOL } from './names';
import { signedRedirect, signingKey } from './redirect-binding';
import type { IdpSettings, SpSettings } from './types';
import { attributesXml, escapeXml } from './write-xml';

const MAX_RELAY_STATE_BYTES = 80;

export interface SignInRequest {
  /** Kept until it is answered; unguessable, and a name in XML: begin it with a letter or "_". */
  readonly id: string;
  readonly relayState: string | null;
  /** Asks the identity provider for a fresh proof, whatever session it has. */
  readonly forceAuthn: boolean;
  readonly now?: Date;
}

/**
 * Where to send the browser: an AuthnRequest over HTTP-Redirect, signed with RSA-SHA256. It asks for
 * no kind of name and no way of signing in, since identity providers refuse what they were not set up for.
 * @throws RangeError for an id or a relay state that SAML does not allow
 */
export async function buildSignInRequest(
  sp: SpSettings,
  idp: IdpSettings,
  request: SignInRequest,
): Promise<string> {
  const { id, relayState, forceAuthn, now = new Date() } = request;
  if (!/^[A-Za-z_][\w.-]{15,255}$/.test(id))
    throw new RangeError('The id of a request must be a name of 16 letters or more.');
  if (Buffer.byteLength(relayState ?? '') > MAX_RELAY_STATE_BYTES) {
    throw new RangeError(`The relay state may have ${MAX_RELAY_STATE_BYTES} bytes at most.`);
  }
  const attributes = attributesXml({
    'xmlns:samlp': PROTOCOL,
    'xmlns:saml': ASSERTION,
    ID: id,
    Version: '2.0',
    IssueInstant: now.toISOString(),
    Destination: idp.ssoUrl,
    ForceAuthn: forceAuthn ? 'true' : null,
    ProtocolBinding: BINDING_POST,
    AssertionConsumerServiceURL: sp.acsUrl,
  });
  const xml = `<samlp:AuthnRequest${attributes}><saml:Issuer>${escapeXml(sp.entityId)}</saml:Issuer><samlp:NameIDPolicy AllowCreate="true"/></samlp:AuthnRequest>`;
  return signedRedirect(idp.ssoUrl, { parameter: 'SAMLRequest', xml, relayState }, signingKey(sp));
}
