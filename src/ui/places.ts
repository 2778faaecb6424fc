import type { Permission } from '@/domain/permissions';

/** Somewhere that the palette jumps to; `needs` is what it takes to see it. */
export interface Place {
  readonly label: string;
  readonly kind: string;
  readonly href: string;
  readonly needs?: Permission;
}

/** A page of the settings: of the person themselves, or of the workspace. */
export interface SettingsPlace {
  readonly label: string;
  readonly href: string;
  readonly group: 'person' | 'workspace';
  readonly needs?: Permission;
  /** What the palette calls it, where the label alone says too little there. */
  readonly jump?: string;
}

const settingsPlaces: readonly SettingsPlace[] = [
  { group: 'person', label: 'Profile', href: '/settings', jump: 'Settings and profile' },
  { group: 'person', label: 'Sign-in', href: '/settings/sign-in', jump: 'Password, passkeys, second factor' },
  { group: 'person', label: 'Sessions', href: '/settings/sessions' },
  { group: 'person', label: 'API tokens', href: '/settings/tokens', needs: 'token:own' },
  { group: 'workspace', label: 'Tags', href: '/settings/tags', needs: 'tag:write', jump: 'Tags of reports' },
  {
    group: 'workspace',
    label: 'Accounts',
    href: '/settings/accounts',
    needs: 'tag:write',
    jump: 'Labels and groups of accounts',
  },
  { group: 'workspace', label: 'People', href: '/settings/people', needs: 'member:read' },
  { group: 'workspace', label: 'Roles', href: '/settings/roles', needs: 'member:read' },
  {
    group: 'workspace',
    label: 'Security',
    href: '/settings/security',
    needs: 'member:read',
    jump: 'Security of the workspace',
  },
  { group: 'workspace', label: 'Single sign-on', href: '/settings/sso', needs: 'sso:read' },
  { group: 'workspace', label: 'Provisioning', href: '/settings/scim', needs: 'sso:read' },
  { group: 'workspace', label: 'Audit trail', href: '/settings/audit', needs: 'audit:read' },
  { group: 'workspace', label: 'Staff access', href: '/settings/staff', needs: 'staff:decide' },
  {
    group: 'workspace',
    label: 'Connections',
    href: '/settings/connections',
    needs: 'connection:read',
    jump: 'Revoke a connection',
  },
  { group: 'workspace', label: 'Delete workspace', href: '/settings/delete', needs: 'workspace:delete' },
];

const pages: readonly Place[] = [
  { label: 'Overview', kind: 'Page', href: '/overview' },
  { label: 'Overview by account', kind: 'Page', href: '/overview?by=account' },
  { label: 'Overview by region', kind: 'Page', href: '/overview?by=region' },
  { label: 'Last month', kind: 'Dates', href: '/overview?dates=last-month' },
  { label: 'Last 30 days', kind: 'Dates', href: '/overview?dates=last-30' },
  { label: 'Last 12 months', kind: 'Dates', href: '/overview?dates=last-12-months' },
  { label: 'Resources', kind: 'Page', href: '/resources' },
  { label: 'Resources that are gone', kind: 'Page', href: '/resources?state=gone' },
  { label: 'Views', kind: 'Page', href: '/views' },
  { label: 'Connections', kind: 'Page', href: '/connections', needs: 'connection:read' },
  { label: 'Connect an AWS account', kind: 'Action', href: '/connections/new', needs: 'connection:write' },
  { label: 'Invite somebody', kind: 'Action', href: '/settings/people', needs: 'member:write' },
];

interface Reach {
  readonly may: (permission: Permission) => boolean;
  /** False for a visit of staff, who have no settings of their own. */
  readonly isPerson: boolean;
}

export const settingsWithin = ({ may, isPerson }: Reach): SettingsPlace[] =>
  settingsPlaces.filter(
    ({ group, needs }) => (group === 'workspace' || isPerson) && (needs === undefined || may(needs)),
  );

export const jumpsWithin = (reach: Reach): Place[] => [
  ...pages.filter(({ needs }) => needs === undefined || reach.may(needs)),
  ...settingsWithin(reach).map(({ label, jump, href }) => ({ label: jump ?? label, kind: 'Settings', href })),
];
