import type { Element } from '@xmldom/xmldom';
import { certificateOf } from './certificates';
import { normalizeLines } from './decode-message';
import { CONTENT_ALGORITHMS, KEY_ALGORITHM } from './decrypt-assertion';
import { BINDING_POST, BINDING_REDIRECT, DSIG, METADATA, PROTOCOL } from './names';
import { attributeOf, childrenNamed, isNamed, readXml, textOf } from './read-xml';
import {
  MetadataRefused,
  SamlRefused,
  type IdpCertificate,
  type IdpSettings,
  type SpSettings,
} from './types';
import { attributesXml } from './write-xml';

export { certificateOf };

/** Bytes. */
export const MAX_METADATA_BYTES = 1024 * 1024;
const MAX_ADDRESS_CHARACTERS = 2000;
const MAX_ENTITY_ID_CHARACTERS = 1024;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

function base64Of(pem: string): string {
  return pem.replace(/-----(?:BEGIN|END) CERTIFICATE-----|\s+/g, '');
}

function keyDescriptor(use: string, pem: string, methods: string): string {
  return `<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${base64Of(pem)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${methods}</md:KeyDescriptor>`;
}

/** What an identity provider needs to know of us. The first key is the one to use; all are taken. */
export function buildMetadata(sp: SpSettings): string {
  const pems = sp.keys.map(({ certificatePem }) => certificatePem);
  const methods = [...CONTENT_ALGORITHMS, KEY_ALGORITHM]
    .map((algorithm) => `<md:EncryptionMethod Algorithm="${algorithm}"/>`)
    .join('');
  const endpoint = (name: string, binding: string, location: string, rest = '') =>
    `<md:${name}${attributesXml({ Binding: binding, Location: location })}${rest}/>`;
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<md:EntityDescriptor${attributesXml({ 'xmlns:md': METADATA, 'xmlns:ds': DSIG, entityID: sp.entityId })}>`,
    `<md:SPSSODescriptor${attributesXml({ AuthnRequestsSigned: 'true', WantAssertionsSigned: String(sp.wantSignedAssertion !== false), protocolSupportEnumeration: PROTOCOL })}>`,
    ...pems.map((pem) => keyDescriptor('signing', pem, '')),
    ...pems.map((pem) => keyDescriptor('encryption', pem, methods)),
    endpoint('SingleLogoutService', BINDING_REDIRECT, sp.sloUrl),
    endpoint('SingleLogoutService', BINDING_POST, sp.sloUrl),
    endpoint('AssertionConsumerService', BINDING_POST, sp.acsUrl, ' index="0" isDefault="true"'),
    '</md:SPSSODescriptor>',
    '</md:EntityDescriptor>',
    '',
  ].join('\n');
}

/** Comments and instructions are usual in metadata and mean nothing; nobody's signature is over it. */
function readMetadata(xml: string): Element {
  if (Buffer.byteLength(xml) > MAX_METADATA_BYTES)
    throw new MetadataRefused('The metadata is larger than 1 MB.');
  const text = normalizeLines(xml)
    .replace(/^[\ufeff\s]+/, '')
    .replace(/<!--.*?-->/gs, '')
    .replace(/<\?(?!xml\s).*?\?>/gs, '');
  try {
    return readXml(text);
  } catch (error) {
    const reason = error instanceof SamlRefused ? error.reason : 'malformed';
    if (reason === 'dtd')
      throw new MetadataRefused('The metadata holds a document type, which SAML does not allow.');
    if (reason === 'too-large')
      throw new MetadataRefused('The metadata is too large. Enter that of one identity provider.');
    throw new MetadataRefused('The metadata could not be read. Enter the whole XML document.');
  }
}

function supportsSaml(descriptor: Element): boolean {
  return (attributeOf(descriptor, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(PROTOCOL);
}

function providersIn(root: Element): { entity: Element; descriptor: Element }[] {
  if (isNamed(root, METADATA, 'EntitiesDescriptor')) {
    const inner = ['EntityDescriptor', 'EntitiesDescriptor'].flatMap((name) =>
      childrenNamed(root, METADATA, name),
    );
    return inner.flatMap(providersIn);
  }
  if (!isNamed(root, METADATA, 'EntityDescriptor')) return [];
  const descriptors = childrenNamed(root, METADATA, 'IDPSSODescriptor').filter(supportsSaml);
  return descriptors.map((descriptor) => ({ entity: root, descriptor }));
}

/** An address that a browser may be sent to. @throws MetadataRefused */
function webAddress(text: string, what: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (url === null || !safe || text.length > MAX_ADDRESS_CHARACTERS) {
    throw new MetadataRefused(`The ${what} in the metadata is not an https address.`);
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new MetadataRefused(`The ${what} in the metadata holds a password or a fragment.`);
  }
  return url.href;
}

function serviceOf(descriptor: Element, name: string, what: string): string | null {
  const services = childrenNamed(descriptor, METADATA, name);
  const redirect = services.find((service) => attributeOf(service, 'Binding') === BINDING_REDIRECT);
  return redirect === undefined ? null : webAddress(attributeOf(redirect, 'Location') ?? '', what);
}

function ssoUrlOf(descriptor: Element): string {
  const url = serviceOf(descriptor, 'SingleSignOnService', 'sign-in address');
  if (url !== null) return url;
  throw new MetadataRefused(
    'The identity provider offers no sign-in over HTTP-Redirect, which Belvedere uses. Switch it on there, and enter the metadata again.',
  );
}

/** Behind the first certificate of a chain stand those of its issuers, which sign no messages. */
function certificatesIn(descriptor: Element): IdpCertificate[] {
  const texts = childrenNamed(descriptor, METADATA, 'KeyDescriptor')
    .filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenNamed(key, DSIG, 'KeyInfo'))
    .flatMap((info) => childrenNamed(info, DSIG, 'X509Data'))
    .flatMap((data) => childrenNamed(data, DSIG, 'X509Certificate').slice(0, 1));
  const found = new Map<string, IdpCertificate>();
  let failure: unknown = new MetadataRefused('The metadata holds no certificate that signs.');
  for (const text of texts) {
    try {
      const certificate = certificateOf(textOf(text) ?? '');
      found.set(certificate.fingerprint, certificate);
    } catch (error) {
      failure = error;
    }
  }
  if (found.size === 0) throw failure;
  return [...found.values()];
}

/**
 * What a connection needs of an identity provider, out of its metadata. Whoever enters it vouches for it:
 * a signature on it is not judged. Certificates whose key we cannot use are left out while another stands.
 * @throws MetadataRefused
 */
export function parseIdpMetadata(xml: string): IdpSettings {
  const providers = providersIn(readMetadata(xml));
  const [provider] = providers;
  if (provider === undefined) {
    throw new MetadataRefused(
      'The document describes no SAML 2.0 identity provider. Is it the metadata of an application?',
    );
  }
  if (providers.length > 1) {
    throw new MetadataRefused(
      'The metadata describes more than one identity provider. Enter that of one alone.',
    );
  }
  const { entity, descriptor } = provider;
  const entityId = attributeOf(entity, 'entityID')?.trim() ?? '';
  if (entityId === '' || entityId.length > MAX_ENTITY_ID_CHARACTERS) {
    throw new MetadataRefused('The metadata does not name the identity provider (entityID).');
  }
  return {
    entityId,
    ssoUrl: ssoUrlOf(descriptor),
    sloUrl: serviceOf(descriptor, 'SingleLogoutService', 'logout address'),
    certificates: certificatesIn(descriptor),
  };
}
