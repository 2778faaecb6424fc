const ORIGINS: Readonly<Record<string, string>> = {
  founder: 'Founder',
  invitation: 'By invitation',
  saml: 'By your identity provider',
  scim: 'By your identity provider',
};

/** How a member came. */
export const originInWords = (origin: string): string => ORIGINS[origin] ?? origin;

export const seesAllAlways = (role: string): boolean => role === 'owner' || role === 'admin';

export const accountsInWords = (count: number | null): string =>
  count === null ? 'All' : count === 1 ? '1 account' : `${count} accounts`;
