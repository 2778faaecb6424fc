import { randomBytes } from 'node:crypto';
import type { Element } from '@xmldom/xmldom';
import { currentPems } from './certificates';
import { checkEnd, checkIssueInstant, nameIdOf } from './check-assertion';
import { checkAlone, checkIssuer, checkRoot, checkStatus } from './check-envelope';
import { signatureOf, verifiedXml } from './check-signature';
import { decodeMessage } from './decode-message';
import { ASSERTION, PROTOCOL, REQUESTER, SUCCESS } from './names';
import { attributeOf, childrenNamed, elementsIn, readXml, textOf } from './read-xml';
import { openRedirect, signedRedirect, signingKey, type RedirectParameter } from './redirect-binding';
import { refuse, SamlRefused, type IdpSettings, type SpSettings } from './types';
import { attributesXml, escapeXml } from './write-xml';

export interface LogoutRequestDraft {
  readonly id: string;
  readonly nameId: string;
  readonly nameIdFormat: string | null;
  readonly sessionIndex: string | null;
  readonly relayState: string | null;
  readonly now?: Date;
}

export interface LogoutResponseDraft {
  readonly inResponseTo: string;
  /** What came with the request, to be given back as it is. */
  readonly relayState: string | null;
  readonly success: boolean;
  readonly now?: Date;
}

/** What arrived: the query as it was sent, or the form field. */
export type LogoutMessage =
  | { readonly binding: 'redirect'; readonly query: string }
  | { readonly binding: 'post'; readonly field: string };

export interface CheckLogoutInput {
  readonly sp: SpSettings;
  readonly idp: IdpSettings;
  readonly message: LogoutMessage;
  readonly now: Date;
}

export interface LogoutRequest {
  readonly id: string;
  readonly nameId: string;
  readonly nameIdFormat: string | null;
  /** None means every session of the person. */
  readonly sessionIndexes: readonly string[];
  /** Null over POST, where it is a field of its own. */
  readonly relayState: string | null;
}

function sloUrlOf(idp: IdpSettings): string {
  if (idp.sloUrl === null) throw new Error('The identity provider offers no logout.');
  return idp.sloUrl;
}

function head(idp: IdpSettings, id: string, now: Date, inResponseTo: string | null): string {
  return attributesXml({
    'xmlns:samlp': PROTOCOL,
    'xmlns:saml': ASSERTION,
    ID: id,
    Version: '2.0',
    IssueInstant: now.toISOString(),
    Destination: sloUrlOf(idp),
    InResponseTo: inResponseTo,
  });
}

/** Where to send the browser to end the session at the identity provider. Signed with RSA-SHA256. */
export function buildLogoutRequest(sp: SpSettings, idp: IdpSettings, draft: LogoutRequestDraft): string {
  const { id, nameId, nameIdFormat, sessionIndex, relayState, now = new Date() } = draft;
  const index =
    sessionIndex === null ? '' : `<samlp:SessionIndex>${escapeXml(sessionIndex)}</samlp:SessionIndex>`;
  const xml =
    `<samlp:LogoutRequest${head(idp, id, now, null)}><saml:Issuer>${escapeXml(sp.entityId)}</saml:Issuer>` +
    `<saml:NameID${attributesXml({ Format: nameIdFormat })}>${escapeXml(nameId)}</saml:NameID>${index}</samlp:LogoutRequest>`;
  return signedRedirect(sloUrlOf(idp), { parameter: 'SAMLRequest', xml, relayState }, signingKey(sp));
}

/** Where to send the browser with the answer to a logout that the identity provider began. Signed with RSA-SHA256. */
export function buildLogoutResponse(sp: SpSettings, idp: IdpSettings, draft: LogoutResponseDraft): string {
  const { inResponseTo, relayState, success, now = new Date() } = draft;
  const id = `_${randomBytes(16).toString('hex')}`;
  const xml =
    `<samlp:LogoutResponse${head(idp, id, now, inResponseTo)}><saml:Issuer>${escapeXml(sp.entityId)}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${success ? SUCCESS : REQUESTER}"/></samlp:Status></samlp:LogoutResponse>`;
  return signedRedirect(sloUrlOf(idp), { parameter: 'SAMLResponse', xml, relayState }, signingKey(sp));
}

interface Opened {
  readonly root: Element;
  readonly relayState: string | null;
}

function open({ idp, message, now }: CheckLogoutInput, parameter: RedirectParameter): Opened {
  const pems = currentPems(idp, now);
  if (message.binding === 'redirect') {
    const { text, relayState } = openRedirect(message.query, parameter, pems);
    const root = readXml(text);
    checkAlone(root);
    // The address is signed; a signature within would be a second, unjudged one.
    if (elementsIn(root).some(({ localName }) => localName === 'Signature')) refuse('misplaced-signature');
    return { root, relayState };
  }
  const text = decodeMessage(message.field);
  const sent = readXml(text);
  checkAlone(sent);
  const signature = signatureOf(sent, 'message-unsigned');
  return { root: readXml(verifiedXml(text, signature, pems)), relayState: null };
}

function checkLogout(input: CheckLogoutInput, name: 'LogoutRequest' | 'LogoutResponse'): Opened {
  const opened = open(input, name === 'LogoutRequest' ? 'SAMLRequest' : 'SAMLResponse');
  checkRoot(opened.root, name);
  checkIssuer(opened.root, input.idp.entityId);
  if (attributeOf(opened.root, 'Destination') !== input.sp.sloUrl) refuse('destination');
  checkIssueInstant(opened.root, input.now);
  return opened;
}

/** Everything that is thrown is a refusal: nothing of a message may fail in a way of its own. */
function closed<T>(check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw error instanceof SamlRefused ? error : new SamlRefused('malformed');
  }
}

/**
 * Whom the identity provider signs out. A request stays valid for ten minutes and may come again:
 * ending a session twice harms nobody.
 * @throws SamlRefused
 */
export function checkLogoutRequest(input: CheckLogoutInput): LogoutRequest {
  return closed(() => {
    const { root, relayState } = checkLogout(input, 'LogoutRequest');
    checkEnd(root, input.now);
    const indexes = childrenNamed(root, PROTOCOL, 'SessionIndex').map(
      (index) => textOf(index) ?? refuse('malformed'),
    );
    return {
      id: attributeOf(root, 'ID') ?? refuse('malformed'),
      ...nameIdOf(root),
      sessionIndexes: indexes,
      relayState,
    };
  });
}

/**
 * The request that the identity provider has answered with success. That it was ours is for the caller to say.
 * @throws SamlRefused
 */
export function checkLogoutResponse(input: CheckLogoutInput): {
  inResponseTo: string;
  relayState: string | null;
} {
  return closed(() => {
    const { root, relayState } = checkLogout(input, 'LogoutResponse');
    checkStatus(root);
    return { inResponseTo: attributeOf(root, 'InResponseTo') ?? refuse('in-response-to'), relayState };
  });
}
