import type { Element } from '@xmldom/xmldom';
import { signatureOf } from './check-signature';
import { ASSERTION, PROTOCOL, SUCCESS } from './names';
import { attributeOf, checkIds, childrenNamed, descendantsOf, elementsIn, isNamed, textOf } from './read-xml';
import { refuse, type SpSettings } from './types';

export interface Envelope {
  readonly response: Element;
  /** An Assertion or an EncryptedAssertion, the only one in the whole document. */
  readonly assertion: Element;
  readonly encrypted: boolean;
  readonly inResponseTo: string | null;
}

interface Expected {
  readonly issuer: string;
  readonly destination: string;
}

// By local name alone: the library finds its elements that way.
const HOLDERS = new Set(['Response', 'Assertion', 'EncryptedAssertion', 'LogoutRequest', 'LogoutResponse']);
const IN_RESPONSE = new Set([
  'Issuer',
  'Signature',
  'Extensions',
  'Status',
  'Assertion',
  'EncryptedAssertion',
]);

/** @throws SamlRefused unless the issuer is the identity provider of the connection, letter by letter. */
export function checkIssuer(element: Element, expected: string): void {
  const [issuer, ...more] = childrenNamed(element, ASSERTION, 'Issuer');
  if (issuer === undefined || more.length > 0 || textOf(issuer)?.trim() !== expected) refuse('issuer');
}

/** @throws SamlRefused unless the status is Success. */
export function checkStatus(element: Element): void {
  const [status, ...more] = childrenNamed(element, PROTOCOL, 'Status');
  const codes = status === undefined ? [] : childrenNamed(status, PROTOCOL, 'StatusCode');
  const [code] = codes;
  if (more.length > 0 || codes.length !== 1 || code === undefined) return refuse('status');
  if (attributeOf(code, 'Value') !== SUCCESS) refuse('status');
}

/** @throws SamlRefused unless it is this SAML 2.0 message. */
export function checkRoot(root: Element, name: string): void {
  if (!isNamed(root, PROTOCOL, name) || attributeOf(root, 'Version') !== '2.0') refuse('unexpected-root');
}

/** @throws SamlRefused if a document holds another message, or a signature that is not its own. */
export function checkAlone(root: Element): void {
  checkIds(root);
  for (const { localName, parentNode } of descendantsOf(root)) {
    if (HOLDERS.has(localName ?? '')) refuse('several-assertions');
    if (localName === 'Signature' && parentNode !== root) refuse('misplaced-signature');
  }
}

function soleAssertion(response: Element): Element {
  const holders = descendantsOf(response).filter(({ localName }) => HOLDERS.has(localName ?? ''));
  if (holders.length > 1) refuse('several-assertions');
  const [assertion] = holders;
  if (assertion === undefined) return refuse('no-assertion');
  // Alone, but elsewhere: in an extension, in a signature, in an element that nobody knows.
  if (assertion.parentNode !== response) return refuse('several-assertions');
  if (assertion.namespaceURI !== ASSERTION || !/^(?:Encrypted)?Assertion$/.test(assertion.localName ?? ''))
    refuse('no-assertion');
  return assertion;
}

function checkPlaces(response: Element, assertion: Element): void {
  for (const element of descendantsOf(response)) {
    if (element.localName !== 'Signature') continue;
    const parent = element.parentNode;
    const inAssertion = parent === assertion && assertion.localName === 'Assertion';
    if (parent !== response && !inAssertion) refuse('misplaced-signature');
  }
  if (!elementsIn(response).every((child) => IN_RESPONSE.has(child.localName ?? ''))) refuse('malformed');
}

/**
 * What stands in a Response before anything in it is believed. It is asked twice: of what was sent,
 * and of what proved to be signed.
 * @throws SamlRefused
 */
export function checkEnvelope(response: Element, { issuer, destination }: Expected): Envelope {
  checkRoot(response, 'Response');
  checkStatus(response);
  const assertion = soleAssertion(response);
  checkIds(response);
  checkPlaces(response, assertion);
  checkIssuer(response, issuer);
  if (attributeOf(response, 'Destination') !== destination) refuse('destination');
  return {
    response,
    assertion,
    encrypted: assertion.localName === 'EncryptedAssertion',
    inResponseTo: attributeOf(response, 'InResponseTo'),
  };
}

/** An assertion that only the response's signature covers, where the connection takes such. */
export function isCoveredOnly(assertion: Element, { wantSignedAssertion }: SpSettings): boolean {
  const isSigned = elementsIn(assertion).some((child) => child.localName === 'Signature');
  return wantSignedAssertion === false && !isSigned;
}

/** The signatures of what was sent, by their shape. @throws SamlRefused */
export function checkSignatures({ response, assertion, encrypted }: Envelope, sp: SpSettings): Element {
  if (!encrypted && !isCoveredOnly(assertion, sp)) signatureOf(assertion, 'assertion-unsigned');
  return signatureOf(response, 'response-unsigned');
}
