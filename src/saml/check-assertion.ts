import type { Element } from '@xmldom/xmldom';
import { checkIssuer } from './check-envelope';
import { ASSERTION, BEARER, CLOCK_SKEW_MS, MAX_MESSAGE_AGE_MS } from './names';
import { attributeOf, childrenNamed, elementsIn, isNamed, textOf } from './read-xml';
import { refuse, SamlRefused, type IdpSettings, type SamlLogin, type SpSettings } from './types';

export interface AssertionContext {
  readonly sp: SpSettings;
  readonly idp: IdpSettings;
  readonly now: Date;
  /** What the verified response answers, and so must the subject. */
  readonly inResponseTo: string | null;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
const KNOWN_CONDITIONS = new Set(['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']);

/** Only UTC with its "Z": everything else would be read in the zone of this computer. */
function timeOf(text: string): number {
  const time = INSTANT.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? refuse('malformed') : time;
}

function timeIn(element: Element, name: string): number | null {
  const text = attributeOf(element, name);
  return text === null ? null : timeOf(text);
}

function notBefore(time: number | null, now: Date): void {
  if (time !== null && now.getTime() + CLOCK_SKEW_MS < time) refuse('not-yet-valid');
}

function notOnOrAfter(time: number, now: Date): void {
  if (now.getTime() - CLOCK_SKEW_MS >= time) refuse('expired');
}

/** When a message was issued, in milliseconds. @throws SamlRefused if that is too long ago or ahead. */
export function checkIssueInstant(message: Element, now: Date): number {
  const issued = timeIn(message, 'IssueInstant') ?? refuse('malformed');
  notBefore(issued, now);
  notOnOrAfter(issued + MAX_MESSAGE_AGE_MS, now);
  return issued;
}

/** NotOnOrAfter where a message may name one. @throws SamlRefused */
export function checkEnd(message: Element, now: Date): void {
  const end = timeIn(message, 'NotOnOrAfter');
  if (end !== null) notOnOrAfter(end, now);
}

/** The one NameID in an element. @throws SamlRefused */
export function nameIdOf(parent: Element): { nameId: string; nameIdFormat: string | null } {
  const ids = elementsIn(parent).filter(({ localName }) =>
    /^(?:NameID|EncryptedID|BaseID)$/.test(localName ?? ''),
  );
  const [id] = ids;
  if (ids.length !== 1 || id === undefined || !isNamed(id, ASSERTION, 'NameID')) return refuse('name-id');
  const nameId = textOf(id);
  if (nameId === null || nameId.trim() === '') return refuse('name-id');
  return { nameId, nameIdFormat: attributeOf(id, 'Format') };
}

function checkConditions(assertion: Element, { sp, now }: AssertionContext): void {
  const [conditions, ...more] = childrenNamed(assertion, ASSERTION, 'Conditions');
  if (conditions === undefined || more.length > 0) return refuse('conditions');
  for (const condition of elementsIn(conditions)) {
    if (condition.namespaceURI !== ASSERTION || !KNOWN_CONDITIONS.has(condition.localName ?? ''))
      refuse('conditions');
  }
  notBefore(timeIn(conditions, 'NotBefore'), now);
  notOnOrAfter(timeIn(conditions, 'NotOnOrAfter') ?? refuse('conditions'), now);

  const restrictions = childrenNamed(conditions, ASSERTION, 'AudienceRestriction');
  if (restrictions.length === 0) refuse('audience');
  // Restrictions narrow each other: every one of them must name us.
  for (const restriction of restrictions) {
    const audiences = childrenNamed(restriction, ASSERTION, 'Audience').map((audience) =>
      textOf(audience)?.trim(),
    );
    if (!audiences.includes(sp.entityId)) refuse('audience');
  }
}

function checkConfirmation(confirmation: Element, { sp, now, inResponseTo }: AssertionContext): void {
  const [data, ...more] = childrenNamed(confirmation, ASSERTION, 'SubjectConfirmationData');
  if (attributeOf(confirmation, 'Method') !== BEARER || data === undefined || more.length > 0) {
    return refuse('subject-confirmation');
  }
  if (attributeOf(data, 'Recipient') !== sp.acsUrl) refuse('recipient');
  notBefore(timeIn(data, 'NotBefore'), now);
  notOnOrAfter(timeIn(data, 'NotOnOrAfter') ?? refuse('subject-confirmation'), now);
  if (attributeOf(data, 'InResponseTo') !== inResponseTo) refuse('in-response-to');
}

/** One of the confirmations must hold; if none does, the first says why. */
function checkSubject(subject: Element, context: AssertionContext): void {
  const confirmations = childrenNamed(subject, ASSERTION, 'SubjectConfirmation');
  let first: SamlRefused | null = null;
  for (const confirmation of confirmations) {
    try {
      return checkConfirmation(confirmation, context);
    } catch (error) {
      if (!(error instanceof SamlRefused)) throw error;
      first ??= error;
    }
  }
  throw first ?? new SamlRefused('subject-confirmation');
}

interface Session {
  readonly sessionIndex: string | null;
  readonly authenticatedAt: Date;
  readonly sessionNotOnOrAfter: Date | null;
}

function sessionOf(assertion: Element, now: Date): Session {
  const [statement, ...more] = childrenNamed(assertion, ASSERTION, 'AuthnStatement');
  if (statement === undefined || more.length > 0) return refuse('authn-statement');
  const authenticated = timeIn(statement, 'AuthnInstant') ?? refuse('authn-statement');
  notBefore(authenticated, now);
  const end = timeIn(statement, 'SessionNotOnOrAfter');
  // No leniency for clocks: a session that is over has nothing left to lose by a second sign-in.
  if (end !== null && end <= now.getTime()) refuse('session-expired');
  return {
    sessionIndex: attributeOf(statement, 'SessionIndex'),
    authenticatedAt: new Date(authenticated),
    sessionNotOnOrAfter: end === null ? null : new Date(end),
  };
}

/** Values that hold elements are left out: no name, address or group is written that way. */
function attributesOf(assertion: Element): Record<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const statement of childrenNamed(assertion, ASSERTION, 'AttributeStatement')) {
    for (const attribute of childrenNamed(statement, ASSERTION, 'Attribute')) {
      const name = attributeOf(attribute, 'Name') ?? refuse('malformed');
      const values = childrenNamed(attribute, ASSERTION, 'AttributeValue').map(textOf);
      found.set(name, [...(found.get(name) ?? []), ...values.filter((value) => value !== null)]);
    }
  }
  return Object.fromEntries(found);
}

/**
 * Reads who signed in. `assertion` is the root of the canonical XML that the signature of the
 * assertion covers; the rules are those of SAML 2.0 Profiles, 4.1.4.3, and Core, 2.5.
 * @throws SamlRefused
 */
export function checkAssertion(assertion: Element, context: AssertionContext): SamlLogin {
  if (!isNamed(assertion, ASSERTION, 'Assertion') || attributeOf(assertion, 'Version') !== '2.0')
    refuse('no-assertion');
  checkIssuer(assertion, context.idp.entityId);
  const [subject, ...more] = childrenNamed(assertion, ASSERTION, 'Subject');
  if (subject === undefined || more.length > 0) return refuse('name-id');
  const name = nameIdOf(subject);
  checkConditions(assertion, context);
  checkSubject(subject, context);
  const issued = checkIssueInstant(assertion, context.now);
  const session = sessionOf(assertion, context.now);
  return {
    ...name,
    ...session,
    attributes: attributesOf(assertion),
    assertionId: attributeOf(assertion, 'ID') ?? refuse('malformed'),
    inResponseTo: context.inResponseTo,
    expiresAt: new Date(issued + MAX_MESSAGE_AGE_MS + CLOCK_SKEW_MS),
  };
}
