import { domainToASCII } from 'node:url';
import { Invalid } from '@/errors';
import { isMailProvider, isPublicSuffix } from './public-domains';

const LABEL = /^[a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?$/;
const TOP = /^([a-z]{2,63}|xn--[a-z0-9-]{2,59})$/;

const refuse = (message: string): never => {
  throw new Invalid(message, { domain: message });
};

/** A domain as DNS writes it. Throws Invalid for what is none, and for one that no workspace can own. */
export function domainName(text: string): string {
  const bare = text.trim().toLowerCase().replace(/^@/, '').replace(/\.$/, '');
  if (/[\s:/?#@\\%]/.test(bare)) return refuse('Give the domain alone, such as example.com.');
  const domain = domainToASCII(bare);
  const labels = domain.split('.');
  const isName = labels.every((label) => LABEL.test(label)) && TOP.test(labels.at(-1) ?? '');
  if (domain.length > 240 || !isName) return refuse('This is no domain. Give one such as example.com.');
  if (isMailProvider(domain))
    return refuse('Everybody can have an address there, so no workspace can own this domain.');
  if (isPublicSuffix(domain))
    return refuse('Nobody owns this name as a whole. Give the domain of your company.');
  return domain;
}
