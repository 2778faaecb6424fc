import type { ScimUser } from './resources';
import type { Profile } from './user-input';

/** What is kept of a profile: what was said, and the address only where it is another than the one that counts. */
export function storedProfile(profile: Profile, userName: string): Record<string, string> {
  const email = profile.email === userName ? null : profile.email;
  return Object.fromEntries(
    Object.entries({ ...profile, email }).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** For the audit trail. */
export const userFacts = (user: ScimUser) => ({
  userName: user.email,
  name: user.profile.displayName ?? user.name,
  externalId: user.externalId,
  active: user.isActive,
  role: user.role,
});
