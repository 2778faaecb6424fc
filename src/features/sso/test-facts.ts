import { roleOfGroups } from '@/domain/group-roles';
import type { SamlLogin } from '@/saml/types';
import { identityOf, type Identity } from './attribute-map';
import type { SsoConnection } from './connection';
import { SsoRefused } from './refused';
import type { TestFacts } from './ticket';

const ATTRIBUTES_MAX = 25;
const VALUES_MAX = 8;
const TEXT_MAX = 120;
// All of it travels in an address once.
const TOTAL_MAX = 4_000;

const short = (text: string) => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text);

function preview(login: SamlLogin): TestFacts['attributes'] {
  let left = TOTAL_MAX;
  const take = (text: string) => {
    left -= text.length;
    return left >= 0;
  };
  return Object.entries(login.attributes)
    .slice(0, ATTRIBUTES_MAX)
    .filter(([name]) => take(short(name)))
    .map(([name, sent]) => {
      const values = sent.slice(0, VALUES_MAX).map(short).filter(take);
      return { name: short(name), values, more: sent.length - values.length };
    });
}

/** What a test login sent and what would be made of it, also where it would be refused. */
export function testFactsOf(login: SamlLogin, connection: SsoConnection): TestFacts {
  let identity: Identity | null = null;
  let reason: string | null = null;
  try {
    identity = identityOf(login, connection.attributeMap);
  } catch (error) {
    if (!(error instanceof SsoRefused)) throw error;
    reason = error.reason;
  }
  return {
    reason,
    email: identity?.email ?? null,
    name: identity?.name ?? null,
    role: identity && roleOfGroups(identity.groups, connection.groupRules, connection.defaultRole),
    nameIdFormat: login.nameIdFormat,
    groups: (identity?.groups ?? []).slice(0, VALUES_MAX).map(short),
    attributes: preview(login),
  };
}
