import { z } from 'zod';
import { isDay } from '@/domain/period';
import { roles, scopes, type Permission } from '@/domain/permissions';
import { canonicalRange } from './address-ranges';

export const RANGES_MAX = 20;

/** Days until a token expires, or never. */
export const expiryChoices = ['30', '90', '365', 'never'] as const;
export const DEFAULT_EXPIRY = '90';

const range = z
  .string()
  .max(60)
  .transform((text, refine) => {
    const canonical = canonicalRange(text);
    if (canonical) return canonical;
    refine.addIssue({ code: 'custom', message: 'A range looks like 203.0.113.0/24 or 2001:db8::/32.' });
    return z.NEVER;
  });

export const name = z
  .string()
  .trim()
  .min(1, 'Give the token a name.')
  .max(60, 'A name has at most 60 characters.');

/** A choice, or the last day on which the token is good. */
export const expiry = z
  .union([z.enum(expiryChoices), z.string().refine(isDay)], {
    error: 'Choose when the token expires, or give a date such as 2027-06-30.',
  })
  .default(DEFAULT_EXPIRY);

export const ranges = z
  .array(range)
  .max(RANGES_MAX, `A token has at most ${RANGES_MAX} ranges.`)
  .default([])
  .transform((given) => [...new Set(given)]);

const common = {
  name,
  expiry,
  ranges,
  scopes: z
    .array(z.enum(scopes as [Permission, ...Permission[]]))
    .min(1, 'Choose what the token may do.')
    .transform((given) => scopes.filter((scope) => given.includes(scope))),
};

export const CreateTokenInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('personal'), ...common }),
  z.strictObject({ kind: z.literal('service'), role: z.enum(roles), ...common }),
]);
export type CreateTokenInput = z.infer<typeof CreateTokenInput>;

export const TokenRef = z.strictObject({ tokenId: z.uuid() });
export type TokenRef = z.infer<typeof TokenRef>;
