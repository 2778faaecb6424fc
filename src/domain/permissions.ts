export const roles = ['owner', 'admin', 'editor', 'viewer'] as const;
export type Role = (typeof roles)[number];

export type Permission =
  | 'cost:read'
  | 'view:read'
  | 'view:write'
  | 'connection:read'
  | 'connection:write'
  | 'connection:revoke'
  | 'ledger:read'
  | 'audit:read'
  | 'workspace:delete';

const matrix: Record<Permission, readonly Role[]> = {
  'cost:read': ['owner', 'admin', 'editor', 'viewer'],
  'view:read': ['owner', 'admin', 'editor', 'viewer'],
  'view:write': ['owner', 'admin', 'editor'],
  'connection:read': ['owner', 'admin', 'editor', 'viewer'],
  'connection:write': ['owner', 'admin'],
  'connection:revoke': ['owner', 'admin'],
  'ledger:read': ['owner', 'admin', 'editor', 'viewer'],
  'audit:read': ['owner', 'admin'],
  'workspace:delete': ['owner'],
};

/** An unknown role may do nothing. */
export function isAllowed(role: string, permission: Permission): boolean {
  return (matrix[permission] as readonly string[]).includes(role);
}
