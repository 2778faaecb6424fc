import { isRole, roles, type Role } from './permissions';

/** People of the identity provider's group `group` get `role`. */
export interface GroupRule {
  readonly group: string;
  readonly role: Role;
}

/** Names are compared as Entra ID and Okta show them: without regard to case and outer blanks. */
const nameOf = (group: string) => group.trim().toLowerCase();

/** `sso_connection.group_roles` as it was stored. What is no rule is left out, so that a rule nobody can read gives no role. */
export function readGroupRules(stored: unknown): GroupRule[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((one: unknown): GroupRule[] => {
    if (typeof one !== 'object' || one === null || !('group' in one) || !('role' in one)) return [];
    const { group, role } = one;
    return typeof group === 'string' && nameOf(group) !== '' && typeof role === 'string' && isRole(role)
      ? [{ group, role }]
      : [];
  });
}

/** The highest role that any of the groups gives; null where no rule names one of them. */
export function mappedRole(groups: readonly string[], rules: readonly GroupRule[]): Role | null {
  const names = new Set(groups.map(nameOf));
  const given = rules.filter((rule) => names.has(nameOf(rule.group))).map((rule) => rule.role);
  return roles.find((role) => given.includes(role)) ?? null;
}

/** The role of somebody whom the identity provider puts into `groups`: the highest of them, `defaultRole` where none counts. */
export const roleOfGroups = (
  groups: readonly string[],
  rules: readonly GroupRule[],
  defaultRole: Role,
): Role => mappedRole(groups, rules) ?? defaultRole;
