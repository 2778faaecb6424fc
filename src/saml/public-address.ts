import ipaddr from 'ipaddr.js';

/** What is handed out to hosts of the public internet over IPv6 (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');
const GLOBAL_UNICAST_BITS = 3;

/**
 * True only for an address of the public internet: not private, loopback, link-local, shared (RFC 6598),
 * multicast, reserved, or another way to write one of those (mapped, translated, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes('%')) return false;
  const address = ipaddr.parse(text);
  if (address.range() !== 'unicast') return false;
  if (address instanceof ipaddr.IPv4) return true;
  return address instanceof ipaddr.IPv6 && address.match(GLOBAL_UNICAST, GLOBAL_UNICAST_BITS);
}

/** True for this computer itself. */
export function isLoopback(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback';
}
