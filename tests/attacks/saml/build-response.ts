import { randomBytes } from 'node:crypto';
import { encryptText, type EncryptOptions } from './encrypt';
import type { KeyPair } from './keys';
import { sign, type SignOptions } from './sign';

/** Whom a response is made for, by whom, and about whom. */
export interface Target {
  readonly idp: { readonly entityId: string; readonly key: KeyPair };
  readonly sp: { readonly entityId: string; readonly acsUrl: string; readonly certificatePem: string };
  readonly now: Date;
  /** The request that it answers; null for one that nobody asked for. */
  readonly requestId: string | null;
  readonly nameId: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

type Edit = (xml: string) => string;

export interface ResponseOptions {
  readonly responseIssuer?: string;
  readonly assertionIssuer?: string;
  readonly assertionId?: string;
  readonly destination?: string;
  readonly recipient?: string;
  readonly audience?: string;
  readonly nameId?: string;
  readonly status?: string;
  /** Milliseconds from now. */
  readonly issued?: number;
  readonly notBefore?: number;
  readonly notOnOrAfter?: number;
  readonly confirmedUntil?: number;
  readonly sessionUntil?: number | null;
  /** undefined: as the target says. */
  readonly subjectInResponseTo?: string | null;
  /** null leaves the signature out. */
  readonly assertionSignature?: Partial<SignOptions> | null;
  readonly responseSignature?: Partial<SignOptions> | null;
  readonly encrypt?: Partial<EncryptOptions>;
  /** Edits in the order of the work: before and after each signature is made. */
  readonly draftAssertion?: Edit;
  readonly signedAssertion?: Edit;
  readonly draftResponse?: Edit;
  readonly signedResponse?: Edit;
}

export interface BuiltResponse {
  readonly xml: string;
  readonly samlResponse: string;
  readonly responseId: string;
  readonly assertionId: string;
  /** The assertion with its signature, before it was encrypted. */
  readonly assertion: string;
}

const MINUTE_MS = 60_000;
export const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

export function newId(): string {
  return `_${randomBytes(16).toString('hex')}`;
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** Replaces what must be there, so that no case is an attack in name only. */
export function edit(xml: string, from: string | RegExp, to: string | ((found: string) => string)): string {
  const edited = xml.replace(from, (found) => (typeof to === 'string' ? to : to(found)));
  if (edited === xml) throw new Error(`Nothing to edit: ${String(from)}`);
  return edited;
}

/** Another character of base64, whatever this one is. */
export function another(character: string): string {
  return character === 'A' ? 'B' : 'A';
}

export function toField(xml: string): string {
  return Buffer.from(xml, 'utf8').toString('base64');
}

function answers(id: string | null): string {
  return id === null ? '' : ` InResponseTo="${escapeXml(id)}"`;
}

function attributeStatement(attributes: Target['attributes']): string {
  const rows = Object.entries(attributes).map(([name, values]) => {
    const texts = values.map(
      (value) => `<saml:AttributeValue xsi:type="xs:string">${escapeXml(value)}</saml:AttributeValue>`,
    );
    return `<saml:Attribute Name="${escapeXml(name)}">${texts.join('')}</saml:Attribute>`;
  });
  return rows.length === 0 ? '' : `<saml:AttributeStatement>${rows.join('')}</saml:AttributeStatement>`;
}

export function assertionXml(target: Target, id: string, options: ResponseOptions = {}): string {
  const at = (milliseconds: number) => new Date(target.now.getTime() + milliseconds).toISOString();
  const {
    issued = 0,
    notBefore = -MINUTE_MS,
    notOnOrAfter = 5 * MINUTE_MS,
    confirmedUntil = 5 * MINUTE_MS,
  } = options;
  const { sessionUntil = 480 * MINUTE_MS, subjectInResponseTo = target.requestId } = options;
  const session = sessionUntil === null ? '' : ` SessionNotOnOrAfter="${at(sessionUntil)}"`;
  return (
    `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="${id}" Version="2.0" IssueInstant="${at(issued)}">` +
    `<saml:Issuer>${escapeXml(options.assertionIssuer ?? target.idp.entityId)}</saml:Issuer>` +
    `<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">${escapeXml(options.nameId ?? target.nameId)}</saml:NameID>` +
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData${answers(subjectInResponseTo)} NotOnOrAfter="${at(confirmedUntil)}" Recipient="${escapeXml(options.recipient ?? target.sp.acsUrl)}"/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${at(notBefore)}" NotOnOrAfter="${at(notOnOrAfter)}"><saml:AudienceRestriction><saml:Audience>${escapeXml(options.audience ?? target.sp.entityId)}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${at(issued)}" SessionIndex="session-of-${id}"${session}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    attributeStatement(target.attributes) +
    '</saml:Assertion>'
  );
}

function responseXml(target: Target, id: string, inner: string, options: ResponseOptions): string {
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${target.now.toISOString()}" Destination="${escapeXml(options.destination ?? target.sp.acsUrl)}"${answers(target.requestId)}>` +
    `<saml:Issuer>${escapeXml(options.responseIssuer ?? target.idp.entityId)}</saml:Issuer>` +
    `<samlp:Status><samlp:StatusCode Value="${options.status ?? SUCCESS}"/></samlp:Status>${inner}</samlp:Response>`
  );
}

function same(xml: string): string {
  return xml;
}

/** A valid response, signed twice, unless the options say otherwise. */
export async function buildResponse(target: Target, options: ResponseOptions = {}): Promise<BuiltResponse> {
  const responseId = newId();
  const assertionId = options.assertionId ?? newId();
  const key = { key: target.idp.key };
  const {
    draftAssertion = same,
    signedAssertion = same,
    draftResponse = same,
    signedResponse = same,
  } = options;

  const draft = draftAssertion(assertionXml(target, assertionId, options));
  const { assertionSignature: forAssertion, responseSignature: forResponse } = options;
  const assertion = signedAssertion(
    forAssertion === null ? draft : sign(draft, assertionId, { ...key, ...forAssertion }),
  );
  const inner =
    options.encrypt === undefined
      ? assertion
      : `<saml:EncryptedAssertion>${await encryptText(assertion, { certificatePem: target.sp.certificatePem, ...options.encrypt })}</saml:EncryptedAssertion>`;
  const response = draftResponse(responseXml(target, responseId, inner, options));
  const xml = signedResponse(
    forResponse === null ? response : sign(response, responseId, { ...key, ...forResponse }),
  );
  return { xml, samlResponse: toField(xml), responseId, assertionId, assertion };
}
