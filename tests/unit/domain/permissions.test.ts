import { describe, expect, it } from 'vitest';
import { isAllowed, type Permission } from '@/domain/permissions';

const MATRIX: [Permission, string][] = [
  ['cost:read', 'owner admin editor viewer'],
  ['view:read', 'owner admin editor viewer'],
  ['view:write', 'owner admin editor'],
  ['connection:read', 'owner admin editor viewer'],
  ['connection:write', 'owner admin'],
  ['connection:revoke', 'owner admin'],
  ['ledger:read', 'owner admin editor viewer'],
  ['audit:read', 'owner admin'],
  ['workspace:delete', 'owner'],
];

describe('isAllowed', () => {
  it.each(MATRIX)('%s is for %s', (permission, allowed) => {
    const roles = ['owner', 'admin', 'editor', 'viewer', 'guest', '', 'Owner', 'constructor', 'includes'];
    expect(roles.filter((role) => isAllowed(role, permission)).join(' ')).toBe(allowed);
  });
});
