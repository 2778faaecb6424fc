import { createSign } from 'node:crypto';
import { DOMParser } from '@xmldom/xmldom';
import {
  ExclusiveCanonicalization,
  SignedXml,
  type CanonicalizationOrTransformationAlgorithm,
} from 'xml-crypto';
import type { KeyPair } from './keys';

export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';
export const ENVELOPED = `${DSIG}enveloped-signature`;
export const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256';
export const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';

export interface SignOptions {
  readonly key: KeyPair;
  readonly algorithm?: string;
  readonly digest?: string;
  readonly transforms?: readonly string[];
  readonly canonicalization?: string;
  /** Signs with the text of the certificate as the secret of an HMAC. */
  readonly hmac?: boolean;
  readonly keyInfo?: boolean;
  readonly inclusivePrefixes?: readonly string[];
}

/** A transform that does nothing, under any name: a verifier that skipped what it does not know would agree. */
function inert(name: string): new () => CanonicalizationOrTransformationAlgorithm {
  return class {
    process(node: Node): Node {
      return node;
    }
    getAlgorithmName(): string {
      return name;
    }
  };
}

/** Puts an enveloped signature behind the Issuer of the element with this id. */
export function sign(xml: string, id: string, options: SignOptions): string {
  const { key, transforms = [ENVELOPED, EXCLUSIVE], canonicalization = EXCLUSIVE } = options;
  const signer = new SignedXml({
    privateKey: options.hmac === true ? key.certificatePem : key.privateKeyPem,
    ...(options.keyInfo === false ? {} : { publicCert: key.certificatePem }),
    canonicalizationAlgorithm: canonicalization,
  });
  if (options.hmac === true) signer.enableHMAC();
  signer.signatureAlgorithm = options.hmac === true ? `${DSIG}hmac-sha1` : (options.algorithm ?? RSA_SHA256);
  for (const name of transforms) signer.CanonicalizationAlgorithms[name] ??= inert(name);
  signer.addReference({
    xpath: `//*[@ID='${id}']`,
    transforms: [...transforms],
    digestAlgorithm: options.digest ?? SHA256,
    inclusiveNamespacesPrefixList: [...(options.inclusivePrefixes ?? [])],
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `//*[@ID='${id}']/*[local-name(.)='Issuer']`, action: 'after' },
  });
  const signed = signer.getSignedXml();
  return options.inclusivePrefixes === undefined ? signed : withoutStrayPrefixes(signed, id, key);
}

/** The signer repeats the prefixes below the enveloped transform, where no identity provider writes them. */
function withoutStrayPrefixes(xml: string, id: string, key: KeyPair): string {
  const stray = new RegExp(
    `(<ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${ENVELOPED}")>.*?</ds:Transform>`,
  );
  const cleaned = xml.replace(stray, '$1/>');
  const document = new DOMParser().parseFromString(cleaned, 'text/xml');
  const signature = Array.from(document.getElementsByTagNameNS(DSIG, 'SignedInfo')).find((element) =>
    element.toString().includes(`URI="#${id}"`),
  );
  if (cleaned === xml || signature === undefined) throw new Error('Nothing to clean.');
  const canonical = new ExclusiveCanonicalization().process(signature as unknown as Element, {}).toString();
  const value = createSign('RSA-SHA256').update(canonical).sign(key.privateKeyPem, 'base64');
  const valueOf = new RegExp(`(URI="#${id}".*?<ds:SignatureValue>)[^<]+`);
  return cleaned.replace(valueOf, (_, before: string) => before + value);
}
