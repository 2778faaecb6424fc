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

/**
 * `resource` and the condition value may hold `${Partition}`, `${BillingExportBucket}` and
 * `${BillingExportPrefix}`; each renderer replaces these with its own form of a parameter.
 */
export interface PermissionStatement {
  readonly sid: string;
  readonly actions: readonly string[];
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

/** `actions('ec2', 'DescribeVolumes DescribeSnapshots')` keeps the lists short enough to review by eye. */
export function actions(service: string, names: string): readonly string[] {
  return names
    .trim()
    .split(/\s+/)
    .map((name) => `${service}:${name}`);
}
