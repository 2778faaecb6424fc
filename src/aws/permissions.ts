import { analyticsGroup, otherGroup } from './permission-groups/analytics-and-other';
import {
  billingExportGroup,
  commitmentsGroup,
  costGroup,
  organizationGroup,
} from './permission-groups/billing';
import { computeGroup, storageGroup } from './permission-groups/compute-and-storage';
import { databaseGroup, networkGroup } from './permission-groups/database-and-network';
import { metricsGroup, tagsGroup } from './permission-groups/tags-and-metrics';
import type { ActionNote, PermissionGroup, PermissionGroupId } from './permission-groups/types';

export type {
  ActionNote,
  PermissionGroup,
  PermissionGroupId,
  PermissionStatement,
} from './permission-groups/types';
export { REFUSED_READS, ROLE_NAME, STACK_NAME, TEMPLATE_VERSION } from './template-constants';

/** Every IAM action the public template can grant, in the order it is shown to people. */
export const permissionGroups: readonly PermissionGroup[] = [
  costGroup,
  organizationGroup,
  commitmentsGroup,
  tagsGroup,
  metricsGroup,
  computeGroup,
  storageGroup,
  databaseGroup,
  networkGroup,
  analyticsGroup,
  otherGroup,
  billingExportGroup,
];

export const allGroupIds: readonly PermissionGroupId[] = permissionGroups.map((group) => group.id);

export const defaultGroupIds: readonly PermissionGroupId[] = permissionGroups
  .filter((group) => group.default)
  .map((group) => group.id);

/** The wanted groups in catalogue order; groups that cannot be struck are always among them. */
export function selectGroups(groupIds: readonly PermissionGroupId[]): readonly PermissionGroup[] {
  return permissionGroups.filter((group) => group.parameter === null || groupIds.includes(group.id));
}

export function actionsOf(groupIds: readonly PermissionGroupId[]): readonly string[] {
  return selectGroups(groupIds).flatMap((group) =>
    group.statements.flatMap((statement) => statement.actions),
  );
}

const groupByAction = new Map<string, PermissionGroup>(
  permissionGroups.flatMap((group) =>
    group.statements.flatMap((statement) =>
      statement.actions.map((action) => [action.toLowerCase(), group] as const),
    ),
  ),
);

/** The group that grants an action, e.g. `ce:GetCostForecast`; IAM compares names without regard to case. */
export function groupOfAction(action: string): PermissionGroup | undefined {
  return groupByAction.get(action.toLowerCase());
}

/** What a reviewer asks about each action of a group: the feature that needs it, what it returns, why it is safe. */
export function notesOf(group: PermissionGroup): readonly ActionNote[] {
  return group.statements.flatMap((statement) => statement.notes);
}
