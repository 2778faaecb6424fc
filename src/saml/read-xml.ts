import { DOMParser, onWarningStopParsing, type Document, type Element } from '@xmldom/xmldom';
import { refuse } from './types';

const MAX_DEPTH = 60;
const MAX_ELEMENTS = 3000;
const MAX_ATTRIBUTES = 64;
const MAX_TAG_CHARACTERS = 8000;
const ELEMENT = 1;
const TEXT = 3;

// The declaration may only say what we take anyway: XML 1.0 in UTF-8.
const DECLARATION =
  /^<\?xml\s+version=(["'])1\.0\1(?:\s+encoding=(["'])utf-8\2)?(?:\s+standalone=(["'])(?:yes|no)\3)?\s*\?>/i;
/** What XML 1.0 does not allow as a character. */
const NO_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const NO_REFERENCE = /&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[\dA-Fa-f]{1,6});)/;
const NUMBERED = /&#(x?)([\dA-Fa-f]+);/g;

function isCharacter(code: number): boolean {
  if (code === 0x9 || code === 0xa || code === 0xd) return true;
  return (
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}

/**
 * Judges the text before any parser sees it. In well-formed XML "<!" and "<?" are always markup,
 * so these words cannot be met anywhere else, and no two parsers can disagree about them.
 */
function checkText(text: string): void {
  if (NO_CHARACTER.test(text)) refuse('encoding');
  const declaration = DECLARATION.exec(text)?.[0] ?? '';
  if (declaration === '' && /^<\?xml\s[^>]*(?:encoding|version)/i.test(text)) refuse('encoding');
  const body = text.slice(declaration.length);
  if (/<!(?:DOCTYPE|ENTITY|ATTLIST|ELEMENT|NOTATION)/i.test(body)) refuse('dtd');
  if (body.includes('<!--')) refuse('comment');
  if (body.includes('<![')) refuse('cdata');
  if (body.includes('<?')) refuse('processing-instruction');
  if (body.includes('<!') || body.includes(']]>') || NO_REFERENCE.test(body)) refuse('malformed');
  for (const [, hexadecimal, digits] of body.matchAll(NUMBERED)) {
    if (!isCharacter(parseInt(digits ?? '', hexadecimal === '' ? 10 : 16))) refuse('encoding');
  }
}

/** A start tag of this length brings the parsers to a crawl, and no identity provider writes one. */
function checkTags(text: string): void {
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const end = text.indexOf('>', at);
    if ((end === -1 ? text.length : end) - at > MAX_TAG_CHARACTERS) refuse('too-large');
  }
}

/** The parser drops one of two attributes with the same expanded name, and knows no reserved prefixes. */
function checkNamespaces(element: Element): void {
  for (const attribute of element.attributes) {
    const { name, value, namespaceURI, prefix, localName } = attribute;
    if (name === 'xmlns' || prefix === 'xmlns') {
      if (localName === 'xml' || (prefix === 'xmlns' && localName === 'xmlns')) refuse('namespace');
      const undeclares = name === 'xmlns' && value === '';
      if (!undeclares && !/^[a-z][a-z\d+.-]*:\S+$/i.test(value)) refuse('namespace');
    } else if (
      prefix !== null &&
      /^urn:oasis:names:tc:SAML|^http:\/\/www\.w3\.org\/200\d\/\d\d\/xml/i.test(namespaceURI ?? '')
    ) {
      refuse(/^id$/i.test(localName ?? '') ? 'duplicate-id' : 'namespace');
    }
  }
}

function checkTree(element: Element, depth: number, seen: { count: number }): void {
  seen.count += 1;
  if (depth > MAX_DEPTH || seen.count > MAX_ELEMENTS) refuse('too-large');
  if (element.attributes.length > MAX_ATTRIBUTES) refuse('too-large');
  checkNamespaces(element);
  for (const child of elementsIn(element)) checkTree(child, depth + 1, seen);
}

function parse(text: string): Document {
  try {
    return new DOMParser({ onError: onWarningStopParsing, locator: false }).parseFromString(text, 'text/xml');
  } catch {
    return refuse('malformed');
  }
}

/**
 * The root of a document that holds nothing but elements, attributes and text.
 * Ends of lines must have been made "\n" before, as XML says.
 * @throws SamlRefused
 */
export function readXml(text: string): Element {
  checkText(text);
  checkTags(text);
  const root = parse(text).documentElement;
  if (root === null) return refuse('malformed');
  checkTree(root, 1, { count: 0 });
  return root;
}

export function elementsIn(parent: Element): Element[] {
  return Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === ELEMENT);
}

export function descendantsOf(element: Element): Element[] {
  return elementsIn(element).flatMap((child) => [child, ...descendantsOf(child)]);
}

export function isNamed(element: Element, namespace: string, localName: string): boolean {
  return element.namespaceURI === namespace && element.localName === localName;
}

export function childrenNamed(parent: Element, namespace: string, localName: string): Element[] {
  return elementsIn(parent).filter((child) => isNamed(child, namespace, localName));
}

/** An attribute without a prefix; one with a prefix is another attribute. */
export function attributeOf(element: Element, name: string): string | null {
  return element.hasAttributeNS(null, name) ? element.getAttributeNS(null, name) : null;
}

/** The text of an element that holds text alone, or null where it holds elements. */
export function textOf(element: Element): string | null {
  const nodes = Array.from(element.childNodes);
  return nodes.every((node) => node.nodeType === TEXT)
    ? nodes.map((node) => node.nodeValue ?? '').join('')
    : null;
}

/** Refuses an ID that stands twice, whatever its letters, and an element with two of them. */
export function checkIds(root: Element): void {
  const seen = new Set<string>();
  for (const element of [root, ...descendantsOf(root)]) {
    const ids = Array.from(element.attributes).filter((attribute) => /^id$/i.test(attribute.localName ?? ''));
    if (ids.length > 1) refuse('duplicate-id');
    for (const { value, prefix } of ids) {
      if (prefix !== null || seen.has(value)) refuse('duplicate-id');
      seen.add(value);
    }
  }
}
