import { createHash } from 'node:crypto';
import { COLLECTOR_ROLE_NAME, TEMPLATE_BUCKET, VENDOR_ACCOUNT_ID } from '../vendor';
import { accountsOfSize } from './accounts';
import type { AccountDefinition, OrganizationDefinition, WorldSize } from './accounts';
import { createExport, restate } from './billing-state';
import type { BillingExport, ExportOptions, Restatement, RestatementOptions } from './billing-state';

export interface RoleRecord {
  name: string;
  path: string;
  id: string;
  createdAt: string;
  description: string;
  /** JSON text, as IAM stores it. */
  trustPolicy: string;
  /** Inline policies: name to JSON text. */
  policies: Record<string, string>;
  maxSessionSeconds: number;
}

export interface StackRecord {
  id: string;
  name: string;
  region: string;
  status: string;
  statusReason: string;
  description: string;
  createdAt: string;
  deletedAt?: string;
  parameters: Record<string, string>;
  hiddenParameters: string[];
  outputs: { key: string; value: string; description: string }[];
  capabilities: string[];
  roles: { logicalId: string; name: string }[];
  /** Names of billing exports. */
  exports?: string[];
  /** Its text, so that an update may keep it. */
  template: string;
  updatedAt?: string;
}

export interface StoredObject {
  body: string;
  contentType: string;
  etag: string;
  /** User metadata by its whole header name, x-amz-meta-…. */
  metadata?: Record<string, string>;
  modifiedAt: string;
}

export interface BucketRecord {
  ownerId: string;
  isPublic: boolean;
  /** Where it is; requests for another region are sent there. A bucket without one answers everywhere. */
  region?: string;
  policy?: string;
  objects: Record<string, StoredObject>;
}

export interface AccountState {
  costExplorerEnabled: boolean;
  /** Where the account has not opted in to costs by resource. */
  withoutResourceCosts?: boolean;
  roles: Record<string, RoleRecord>;
  stacks: StackRecord[];
}

export interface WorldState {
  /** First day of this world, in days since 1970: dated events (the spike) hang on it. */
  anchorDay: number;
  accounts: Record<string, AccountState>;
  buckets: Record<string, BucketRecord>;
  exports: BillingExport[];
  restatements: Restatement[];
}

export interface WorldOptions {
  size: WorldSize;
  seed: string;
  anchorDay: number;
  lineItemMillions?: number | undefined;
}

export class World {
  readonly accounts: ReadonlyMap<string, AccountDefinition>;
  readonly organization: OrganizationDefinition;
  readonly size: WorldSize;
  readonly seed: string;
  state: WorldState;
  /** Grows with every change, so that whatever was derived from the state can be dropped. */
  version = 0;
  private readonly listeners = new Set<() => void>();

  constructor(options: WorldOptions) {
    const { accounts, organization } = accountsOfSize(options.size, options.lineItemMillions);
    this.accounts = new Map(accounts.map((account) => [account.id, account]));
    this.organization = organization;
    this.size = options.size;
    this.seed = options.seed;
    this.state = this.initialState(options.anchorDay);
  }

  initialState(anchorDay: number): WorldState {
    const accounts: Record<string, AccountState> = {};
    for (const id of this.accounts.keys())
      accounts[id] = { costExplorerEnabled: true, roles: {}, stacks: [] };
    const vendor = accounts[VENDOR_ACCOUNT_ID];
    if (vendor) vendor.roles[COLLECTOR_ROLE_NAME] = collectorRole();
    const buckets = { [TEMPLATE_BUCKET]: { ownerId: VENDOR_ACCOUNT_ID, isPublic: true, objects: {} } };
    const state: WorldState = { anchorDay, accounts, buckets, exports: [], restatements: [] };
    createExport(this, state);
    return state;
  }

  reset(): void {
    this.state = this.initialState(this.state.anchorDay);
    this.changed();
  }

  restore(state: WorldState): void {
    const fresh = this.initialState(state.anchorDay);
    const accounts = { ...fresh.accounts, ...state.accounts };
    this.state = { ...fresh, ...state, accounts, buckets: { ...fresh.buckets, ...state.buckets } };
    this.changed();
  }

  changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Sets up a billing export with its bucket; what is not said is as the world's own export has it. */
  createExport(options: ExportOptions = {}): BillingExport {
    const made = createExport(this, this.state, options);
    this.changed();
    return made;
  }

  deleteExport(name: string): void {
    this.state.exports = this.state.exports.filter((one) => one.name !== name);
    this.changed();
  }

  /** Changes what a month of an account has cost, for Cost Explorer and for the exports. */
  restate(options: RestatementOptions): Restatement {
    const made = restate(this.state, options);
    this.changed();
    return made;
  }

  account(id: string): AccountState | undefined {
    return this.state.accounts[id];
  }

  role(accountId: string, name: string): RoleRecord | undefined {
    const roles = this.state.accounts[accountId]?.roles;
    return roles && Object.hasOwn(roles, name) ? roles[name] : undefined;
  }

  isInOrganization(accountId: string): boolean {
    return this.accounts.get(accountId)?.inOrganization ?? false;
  }

  /** Whether Cost Explorer tells the account costs by resource: for an organization its payer opts in. */
  hasResourceCosts(accountId: string): boolean {
    const payer = this.isInOrganization(accountId) ? this.organization.managementAccountId : accountId;
    return this.account(payer)?.withoutResourceCosts !== true;
  }

  /** The accounts whose cost an account may see: all of the organization for its management account. */
  visibleAccounts(accountId: string): string[] {
    if (accountId !== this.organization.managementAccountId) return [accountId];
    return [...this.accounts.values()]
      .filter((account) => account.inOrganization)
      .map((account) => account.id);
  }
}

export function roleArn(accountId: string, role: Pick<RoleRecord, 'path' | 'name'>): string {
  return `arn:aws:iam::${accountId}:role${role.path}${role.name}`;
}

export function uniqueId(prefix: string, ...parts: string[]): string {
  const digest = createHash('sha256').update(parts.join('\u0000')).digest('hex').toUpperCase();
  return prefix + digest.slice(0, 21 - prefix.length);
}

function collectorRole(): RoleRecord {
  const identity = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::*:role/*' },
      { Effect: 'Deny', Action: 'sts:AssumeRole', Resource: `arn:aws:iam::${VENDOR_ACCOUNT_ID}:role/*` },
    ],
  };
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  };
  return {
    name: COLLECTOR_ROLE_NAME,
    path: '/',
    id: uniqueId('AROA', VENDOR_ACCOUNT_ID, COLLECTOR_ROLE_NAME),
    createdAt: '2026-01-05T09:00:00.000Z',
    description: 'Reads cost data from customer accounts',
    trustPolicy: JSON.stringify(trust),
    policies: { AssumeCustomerRoles: JSON.stringify(identity) },
    maxSessionSeconds: 3600,
  };
}
