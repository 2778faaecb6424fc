const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => ENTITIES[character] ?? character);
}

/** An element holding text; nothing at all when there is no value. */
export function element(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? '' : `<${name}>${escapeXml(String(value))}</${name}>`;
}

export function parent(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

export function members(name: string, contents: readonly string[]): string {
  return parent(name, contents.map((content) => parent('member', content)).join(''));
}

const NAMESPACES: Record<string, string> = {
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  cloudformation: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
};

export function queryResponse(service: string, action: string, result: string, requestId: string): string {
  const metadata = parent('ResponseMetadata', element('RequestId', requestId));
  const namespace = NAMESPACES[service] ?? '';
  return `<${action}Response xmlns="${namespace}">${parent(`${action}Result`, result)}${metadata}</${action}Response>`;
}
