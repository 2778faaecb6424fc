export type PermissionGroupId =
  | 'cost'
  | 'organization'
  | 'commitments'
  | 'tags'
  | 'resources-metrics'
  | 'resources-compute'
  | 'resources-storage'
  | 'resources-database'
  | 'resources-network'
  | 'resources-analytics'
  | 'resources-other'
  | 'billing-export';

/** One IAM action and what a security reviewer asks about it. */
export interface ActionNote {
  /** Service and name, e.g. `ec2:DescribeVolumes`. */
  readonly action: string;
  /** The part of Belvedere that needs it. */
  readonly feature: string;
  readonly returns: string;
  /** Why that is no customer data and no secret; where it comes close, it says so. */
  readonly safe: string;
}

/**
 * `resource` and the condition value may hold `${Partition}`, `${BillingExportBucket}` and
 * `${BillingExportPrefix}`; each renderer replaces these with its own form of a parameter.
 */
export interface PermissionStatement {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly notes: readonly ActionNote[];
  readonly resource: string;
  readonly condition?: { readonly operator: 'StringEquals'; readonly key: string; readonly value: string };
}

export interface PermissionGroup {
  readonly id: PermissionGroupId;
  /** Name of the Yes/No template parameter; null when the group cannot be struck. */
  readonly parameter: string | null;
  readonly title: string;
  readonly purpose: string;
  readonly withoutIt: string;
  readonly default: boolean;
  readonly statements: readonly PermissionStatement[];
}

/** An action, what it returns and why that is safe: one row of an action table. */
export type ActionRow = readonly [action: string, returns: string, safe: string];

export function feature(name: string, rows: readonly ActionRow[]): readonly ActionNote[] {
  return rows.map(([action, returns, safe]) => ({ action, feature: name, returns, safe }));
}

/** Tags are the one text here that customers write themselves. */
export function tagsOf(action: string, thing: string, notGranted: string): ActionRow {
  return [action, `Tag keys and values of ${thing}`, `Words that you wrote as tags; ${notGranted}`];
}

export function statement(
  sid: string,
  notes: readonly ActionNote[],
  limits: Pick<PermissionStatement, 'condition'> & { readonly resource?: string } = {},
): PermissionStatement {
  return { sid, notes, actions: notes.map((note) => note.action), resource: '*', ...limits };
}
