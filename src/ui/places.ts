import type { Permission } from '@/domain/permissions';

/** Somewhere that the palette jumps to; `needs` is what it takes to see it. */
export interface Place {
  readonly label: string;
  readonly kind: string;
  readonly href: string;
  readonly needs?: Permission;
}

export const places: readonly Place[] = [
  { label: 'Overview', kind: 'Page', href: '/overview' },
  { label: 'Overview by account', kind: 'Page', href: '/overview?by=account' },
  { label: 'Overview by region', kind: 'Page', href: '/overview?by=region' },
  { label: 'Last month', kind: 'Dates', href: '/overview?dates=last-month' },
  { label: 'Last 30 days', kind: 'Dates', href: '/overview?dates=last-30' },
  { label: 'Last 12 months', kind: 'Dates', href: '/overview?dates=last-12-months' },
  { label: 'Views', kind: 'Page', href: '/views' },
  { label: 'Connections', kind: 'Page', href: '/connections', needs: 'connection:read' },
  { label: 'Connect an AWS account', kind: 'Action', href: '/connections/new', needs: 'connection:write' },
  { label: 'Revoke a connection', kind: 'Action', href: '/settings/connections', needs: 'connection:revoke' },
  { label: 'Settings', kind: 'Page', href: '/settings' },
  { label: 'Passkeys and second factor', kind: 'Settings', href: '/settings/sign-in' },
  { label: 'Sessions', kind: 'Settings', href: '/settings/sessions' },
  { label: 'API tokens', kind: 'Settings', href: '/settings/tokens', needs: 'token:own' },
  { label: 'People', kind: 'Settings', href: '/settings/people', needs: 'member:read' },
  { label: 'Invite somebody', kind: 'Action', href: '/settings/people', needs: 'member:write' },
  { label: 'Roles', kind: 'Settings', href: '/settings/roles', needs: 'member:read' },
  { label: 'Security', kind: 'Settings', href: '/settings/security', needs: 'member:read' },
  { label: 'Single sign-on', kind: 'Settings', href: '/settings/sso', needs: 'sso:read' },
  { label: 'Provisioning', kind: 'Settings', href: '/settings/scim', needs: 'sso:read' },
  { label: 'Audit trail', kind: 'Settings', href: '/settings/audit', needs: 'audit:read' },
  { label: 'Staff access', kind: 'Settings', href: '/settings/staff', needs: 'staff:decide' },
];
