import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.parse>;
type Range = [Address, number];

function readRange(text: string): Range | null {
  try {
    const [base, bits] = ipaddr.parseCIDR(
      text.includes('/') ? text : `${text}/${text.includes(':') ? 128 : 32}`,
    );
    return [base, bits];
  } catch {
    return null;
  }
}

const isMapped = (address: Address) => address.kind() === 'ipv6' && /^::ffff:/i.test(address.toString());

/**
 * The one way of writing a range, such as 203.0.113.0/24 or 2001:db8::/32; null for what is none. An address alone is a range
 * of one. An IPv4 address written as IPv6 is none: what arrives is compared as IPv4.
 */
export function canonicalRange(text: string): string | null {
  const trimmed = text.trim();
  if (!/^[\da-f.:]+(\/\d{1,3})?$/i.test(trimmed)) return null;
  // "10.1" and "012.0.0.1" are addresses to some programs and not to others.
  if (!trimmed.includes(':') && !/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){3}(\/\d+)?$/.test(trimmed)) return null;
  const range = readRange(trimmed);
  if (!range || isMapped(range[0])) return null;
  const [base, bits] = range;
  const network =
    base.kind() === 'ipv4'
      ? ipaddr.IPv4.networkAddressFromCIDR(`${base.toString()}/${bits}`)
      : ipaddr.IPv6.networkAddressFromCIDR(`${base.toString()}/${bits}`);
  return `${network.toString()}/${bits}`;
}

/** True where the address lies in one of the ranges or there is none; an address that cannot be read lies in none. */
export function isWithin(address: string, ranges: readonly string[]): boolean {
  if (ranges.length === 0) return true;
  if (!ipaddr.isValid(address)) return false;
  const own = ipaddr.process(address);
  return ranges.some((text) => {
    const range = readRange(text);
    return range !== null && own.kind() === range[0].kind() && own.match(range);
  });
}
