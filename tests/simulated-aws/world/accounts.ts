import { VENDOR_ACCOUNT_ID } from '../vendor';

export type WorldSize = 'tiny' | 'demo' | 'large';

export type AccountProfile =
  | 'management'
  | 'production'
  | 'staging'
  | 'data'
  | 'security'
  | 'sandbox'
  | 'shared'
  | 'retail'
  | 'standalone'
  | 'vendor';

export interface AccountDefinition {
  id: string;
  name: string;
  email: string;
  profile: AccountProfile;
  /** Dollars a month, roughly, in November 2026. */
  monthlyDollars: number;
  inOrganization: boolean;
  isSuspended: boolean;
  joinedAt: string;
}

export interface OrganizationDefinition {
  id: string;
  managementAccountId: string;
}

export const DEMO_MANAGEMENT_ACCOUNT = '447188201936';
export const STANDALONE_ACCOUNT = '615273849012';

type Row = [
  id: string,
  name: string,
  profile: AccountProfile,
  dollars: number,
  joined: string,
  suspended?: true,
];

const DEMO_ROWS: Row[] = [
  [DEMO_MANAGEMENT_ACCOUNT, 'Acme Group', 'management', 8_600, '2019-02-11'],
  ['731904462850', 'acme-production', 'production', 71_500, '2019-02-14'],
  ['209817345566', 'acme-staging', 'staging', 14_800, '2019-02-14'],
  ['580236719443', 'acme-data-platform', 'data', 39_200, '2020-06-03'],
  ['164405928317', 'acme-security', 'security', 6_900, '2020-06-03'],
  ['892750316648', 'acme-shared-services', 'shared', 9_400, '2020-09-21'],
  ['318642097755', 'acme-sandbox', 'sandbox', 2_300, '2021-03-30'],
  ['477091853264', 'retail-eu-production', 'retail', 16_700, '2022-01-17'],
  ['953418720086', 'retail-eu-staging', 'staging', 3_100, '2022-01-17'],
  ['640275198833', 'machine-learning', 'data', 7_600, '2023-05-09'],
  ['285519036471', 'log-archive', 'security', 1_450, '2020-06-03'],
  ['106733842590', 'northwind-acquisition', 'retail', 5_200, '2023-11-02', true],
];

const TINY_ROWS: Row[] = [
  [DEMO_MANAGEMENT_ACCOUNT, 'Acme Group', 'management', 900, '2019-02-11'],
  ['731904462850', 'acme-production', 'production', 5_200, '2019-02-14'],
  ['209817345566', 'acme-staging', 'staging', 1_100, '2019-02-14'],
];

const OUTSIDE: AccountDefinition[] = [
  {
    id: STANDALONE_ACCOUNT,
    name: 'Fernhill Studio',
    email: 'aws@fernhill.example',
    profile: 'standalone',
    monthlyDollars: 9_000,
    inOrganization: false,
    isSuspended: false,
    joinedAt: '2021-08-12T10:00:00.000Z',
  },
  {
    id: VENDOR_ACCOUNT_ID,
    name: 'Belvedere (vendor)',
    email: 'cloud@belvedere.example',
    profile: 'vendor',
    monthlyDollars: 0,
    inOrganization: false,
    isSuspended: false,
    joinedAt: '2026-01-05T09:00:00.000Z',
  },
];

function member([id, name, profile, monthlyDollars, joined, isSuspended]: Row): AccountDefinition {
  return {
    id,
    name,
    email: `aws+${name.toLowerCase().replaceAll(' ', '-')}@acme.example`,
    profile,
    monthlyDollars,
    inOrganization: true,
    isSuspended: isSuspended ?? false,
    joinedAt: `${joined}T08:30:00.000Z`,
  };
}

const LARGE_PROFILES: AccountProfile[] = [
  'production',
  'staging',
  'data',
  'shared',
  'retail',
  'sandbox',
  'security',
];
const LINE_ITEMS_OF_A_LARGE_ACCOUNT = 75_000;

function largeRows(lineItemMillions: number): Row[] {
  const count = Math.max(1, Math.ceil((lineItemMillions * 1_000_000) / LINE_ITEMS_OF_A_LARGE_ACCOUNT));
  const rows: Row[] = [[DEMO_MANAGEMENT_ACCOUNT, 'Acme Group', 'management', 20_000, '2019-02-11']];
  for (let index = 1; index < count; index++) {
    const profile = LARGE_PROFILES[index % LARGE_PROFILES.length] ?? 'production';
    const id = String(200_000_000_000 + index * 7_340_113).padStart(12, '0');
    rows.push([id, `${profile}-${String(index).padStart(3, '0')}`, profile, 400_000 / count, '2022-04-01']);
  }
  return rows;
}

export function accountsOfSize(
  size: WorldSize,
  lineItemMillions = 5,
): { accounts: AccountDefinition[]; organization: OrganizationDefinition } {
  const rows = { tiny: () => TINY_ROWS, demo: () => DEMO_ROWS, large: () => largeRows(lineItemMillions) }[
    size
  ]();
  return {
    accounts: [...rows.map(member), ...OUTSIDE],
    organization: { id: 'o-a1c9x7k2mq', managementAccountId: DEMO_MANAGEMENT_ACCOUNT },
  };
}
