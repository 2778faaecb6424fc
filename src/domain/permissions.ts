export const roles = ['owner', 'admin', 'editor', 'viewer'] as const;
export type Role = (typeof roles)[number];

const everyone = roles;
const editors: readonly Role[] = ['owner', 'admin', 'editor'];
const admins: readonly Role[] = ['owner', 'admin'];
const owners: readonly Role[] = ['owner'];

interface Rule {
  readonly words: string;
  readonly roles: readonly Role[];
  /** Closed to people who may see some linked accounts only: it shows all accounts, or changes what all see. */
  readonly isWhole?: true;
  /** What an API token can be allowed. The rest takes a person. */
  readonly isScope?: true;
}

/** Who may do what, in one place. Settings shows this table. */
const matrix = {
  'cost:read': { words: 'See costs and reports', roles: everyone, isScope: true },
  'view:read': { words: 'Open saved views', roles: everyone, isScope: true },
  'view:write': { words: 'Save, change and delete views', roles: editors, isScope: true },
  'tag:write': {
    words: 'Set up tags for reports, labels and groups of accounts',
    roles: editors,
    isWhole: true,
  },
  'connection:read': { words: 'See connections and receipts', roles: everyone, isWhole: true, isScope: true },
  'connection:write': { words: 'Connect accounts and load costs', roles: admins, isWhole: true },
  'upload:write': {
    words: 'Upload billing files and remove them',
    roles: admins,
    isWhole: true,
    isScope: true,
  },
  'connection:revoke': { words: 'Revoke a connection', roles: admins, isWhole: true },
  'ledger:read': { words: 'See every call made to AWS', roles: everyone, isWhole: true, isScope: true },
  'member:read': { words: 'See who is a member', roles: everyone },
  'member:write': { words: 'Invite, limit and remove people, change roles', roles: admins, isWhole: true },
  'audit:read': {
    words: 'See, export and verify the audit trail',
    roles: admins,
    isWhole: true,
    isScope: true,
  },
  'token:own': { words: 'Make API tokens of their own', roles: everyone },
  'token:write': { words: 'Make service tokens and end anybody’s', roles: admins, isWhole: true },
  'sso:read': { words: 'See single sign-on and provisioning', roles: admins, isWhole: true },
  'sso:write': { words: 'Set up single sign-on and provisioning', roles: owners, isWhole: true },
  'workspace:write': { words: 'Change security settings', roles: owners, isWhole: true },
  'staff:decide': { words: 'Let the operator’s staff in, and end it', roles: owners, isWhole: true },
  'workspace:delete': { words: 'Delete the workspace', roles: owners, isWhole: true },
} satisfies Record<string, Rule>;

export type Permission = keyof typeof matrix;
const rules: Readonly<Record<Permission, Rule>> = matrix;
export const permissions = Object.keys(matrix) as Permission[];

/** An unknown role may do nothing. `accounts` are those that a limited person may see; null or absent: all. */
export function isAllowed(
  role: string,
  permission: Permission,
  accounts?: readonly string[] | null,
): boolean {
  const rule = rules[permission];
  if (accounts && rule.isWhole) return false;
  return (rule.roles as readonly string[]).includes(role);
}

/** What a member of the operator's staff can do in a workspace that let them in: look. */
export const staffPermissions: readonly Permission[] = [
  'cost:read',
  'view:read',
  'connection:read',
  'ledger:read',
];

export const scopes: readonly Permission[] = permissions.filter((permission) => rules[permission].isScope);

export interface RoleRow {
  readonly permission: Permission;
  readonly words: string;
  readonly roles: readonly Role[];
  readonly isWhole: boolean;
  readonly isScope: boolean;
}

export const roleTable: readonly RoleRow[] = permissions.map((permission) => ({
  permission,
  words: rules[permission].words,
  roles: rules[permission].roles,
  isWhole: rules[permission].isWhole ?? false,
  isScope: rules[permission].isScope ?? false,
}));

export const isRole = (value: string): value is Role => (roles as readonly string[]).includes(value);
