import type { Element } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import { DSIG, ENVELOPED, EXCLUSIVE_C14N, RSA_SHA256, RSA_SHA512, XMLENC } from './names';
import { attributeOf, childrenNamed, descendantsOf, elementsIn, isNamed, textOf } from './read-xml';
import { refuse, type SamlRefusal } from './types';

const SIGNATURE_ALGORITHMS = [RSA_SHA256, RSA_SHA512];
/** Bytes of the digest. A Map, since a plain object also answers to "constructor". */
const DIGESTS = new Map([
  [`${XMLENC}sha256`, 32],
  [`${XMLENC}sha512`, 64],
]);
const WEAK = /sha1$|md5|hmac|ripemd/i;
const KEY_INFO = new Set([
  'X509Data',
  'X509Certificate',
  'X509SubjectName',
  'X509IssuerSerial',
  'X509IssuerName',
  'X509SerialNumber',
  'X509SKI',
  'KeyName',
  'KeyValue',
  'RSAKeyValue',
  'Modulus',
  'Exponent',
]);

/** A name we do not take: weak where it is known to be, otherwise merely unknown. */
export function refuseAlgorithm(algorithm: string): never {
  return refuse(WEAK.test(algorithm) ? 'weak-algorithm' : 'unsupported-algorithm');
}

export function checkSignatureAlgorithm(algorithm: string): void {
  if (!SIGNATURE_ALGORITHMS.includes(algorithm)) refuseAlgorithm(algorithm);
}

/** The children of an element that must be exactly these, in this order. */
function exactly(
  parent: Element,
  names: readonly string[],
  otherwise: SamlRefusal = 'signature-shape',
): Element[] {
  const children = elementsIn(parent);
  const fits =
    children.length === names.length && children.every((child, at) => isNamed(child, DSIG, names[at] ?? ''));
  return fits ? children : refuse(otherwise);
}

function algorithmOf(element: Element | undefined): string {
  const algorithm = element === undefined ? null : attributeOf(element, 'Algorithm');
  return algorithm ?? refuse('signature-shape');
}

function checkCanonicalization(element: Element | undefined): void {
  if (element === undefined || algorithmOf(element) !== EXCLUSIVE_C14N) return refuse('forbidden-transform');
  const fits = elementsIn(element).every((child) => isNamed(child, EXCLUSIVE_C14N, 'InclusiveNamespaces'));
  if (!fits || elementsIn(element).length > 1) refuse('forbidden-transform');
}

function checkReference(reference: Element | undefined, signed: Element): void {
  if (reference === undefined) return refuse('signature-reference');
  const id = attributeOf(signed, 'ID');
  // Anything but a plain name could mean something to XPath.
  if (id === null || !/^[A-Za-z_][\w.-]{0,255}$/.test(id)) return refuse('signature-reference');
  if (attributeOf(reference, 'URI') !== `#${id}`) refuse('signature-reference');

  const [transforms, method, value] = exactly(reference, ['Transforms', 'DigestMethod', 'DigestValue']);
  const steps = transforms === undefined ? [] : elementsIn(transforms);
  if (steps.length !== 2 || !steps.every((step) => isNamed(step, DSIG, 'Transform')))
    refuse('forbidden-transform');
  const [enveloped, canonicalization] = steps;
  if (algorithmOf(enveloped) !== ENVELOPED) refuse('forbidden-transform');
  if (enveloped !== undefined && elementsIn(enveloped).length > 0) refuse('forbidden-transform');
  checkCanonicalization(canonicalization);

  const bytes = DIGESTS.get(algorithmOf(method)) ?? refuseAlgorithm(algorithmOf(method));
  const digest = value === undefined ? null : textOf(value);
  if (digest === null || Buffer.from(digest, 'base64').length !== bytes) refuse('signature-shape');
}

/**
 * The one signature of an element, which must be its child, cover it alone and hold nothing that a
 * verifier could read in two ways.
 * @throws SamlRefused
 */
export function signatureOf(signed: Element, unsigned: SamlRefusal): Element {
  const signatures = elementsIn(signed).filter((child) => child.localName === 'Signature');
  const [signature] = signatures;
  if (signature === undefined) return refuse(unsigned);
  if (signatures.length > 1) refuse('several-signatures');
  if (signature.namespaceURI !== DSIG) refuse('signature-shape');

  const hasKeyInfo = childrenNamed(signature, DSIG, 'KeyInfo').length > 0;
  const [signedInfo, value, keyInfo] = exactly(signature, [
    'SignedInfo',
    'SignatureValue',
    ...(hasKeyInfo ? ['KeyInfo'] : []),
  ]);
  if (signedInfo === undefined || value === undefined || (textOf(value) ?? '').trim() === '')
    return refuse('signature-shape');
  const hints = keyInfo === undefined ? [] : descendantsOf(keyInfo);
  if (!hints.every((hint) => hint.namespaceURI === DSIG && KEY_INFO.has(hint.localName ?? '')))
    refuse('signature-shape');

  if (childrenNamed(signedInfo, DSIG, 'Reference').length > 1) refuse('signature-reference');
  const [canonicalization, method, reference] = exactly(signedInfo, [
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
  ]);
  checkCanonicalization(canonicalization);
  checkSignatureAlgorithm(algorithmOf(method));
  // A length of the HMAC, for one, would stand here.
  if (method !== undefined && elementsIn(method).length > 0) refuse('signature-shape');
  checkReference(reference, signed);
  return signature;
}

function only<T>(table: Record<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(table).filter(([name]) => names.includes(name)));
}

function verifyWith(text: string, signature: string, pem: string): string | null {
  const verifier = new SignedXml({ publicCert: pem });
  verifier.SignatureAlgorithms = only(verifier.SignatureAlgorithms, SIGNATURE_ALGORITHMS);
  verifier.HashAlgorithms = only(verifier.HashAlgorithms, [...DIGESTS.keys()]);
  verifier.CanonicalizationAlgorithms = only(verifier.CanonicalizationAlgorithms, [
    EXCLUSIVE_C14N,
    ENVELOPED,
  ]);
  try {
    verifier.loadSignature(signature);
    if (!verifier.checkSignature(text)) return null;
  } catch {
    return null;
  }
  const references = verifier.getSignedReferences();
  return references.length === 1 ? (references[0] ?? null) : null;
}

/**
 * The canonical XML that one of the pinned certificates signed: the only text that may be read from
 * then on. What stands in KeyInfo is never used.
 * @throws SamlRefused
 */
export function verifiedXml(text: string, signature: Element, pems: readonly string[]): string {
  const serialized = signature.toString();
  for (const pem of pems) {
    const canonical = verifyWith(text, serialized, pem);
    if (canonical !== null && canonical !== '') return canonical;
  }
  return refuse('signature-invalid');
}
