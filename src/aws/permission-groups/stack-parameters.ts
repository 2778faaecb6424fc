import { permissionGroups, selectGroups } from '../permissions';
import type { PermissionGroupId } from './types';

export const EXTERNAL_ID_PATTERN = '^[\\w+=,.@:/-]{2,1224}$';
export const ROLE_ARN_PATTERN = '^arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]{1,512}$';
// Neither pattern lets `*`, `?` or `$` through: in a policy they would widen the grant.
export const BUCKET_PATTERN = '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$';
export const PREFIX_PATTERN = "^[A-Za-z0-9_!.'()-]+(/[A-Za-z0-9_!.'()-]+)*$";
export const PREFIX_MAX_LENGTH = 256;

export interface StackChoices {
  readonly externalId: string;
  readonly collectorRoleArn: string;
  readonly groups: readonly PermissionGroupId[];
  readonly billingExport?: { readonly bucket: string; readonly prefix: string };
}

export interface StackTarget extends StackChoices {
  readonly templateUrl: string;
  readonly stackName: string;
  readonly region: string;
}

/** Template parameters as name and value; every group is named so that nothing rests on a default. */
export function stackParameters(choices: StackChoices): readonly (readonly [string, string])[] {
  const wanted = new Set(selectGroups(choices.groups).map((group) => group.id));
  return [
    ['ExternalId', choices.externalId],
    ['CollectorRoleArn', choices.collectorRoleArn],
    ...permissionGroups.flatMap((group) =>
      group.parameter === null ? [] : [[group.parameter, wanted.has(group.id) ? 'Yes' : 'No'] as const],
    ),
    ...(choices.billingExport && wanted.has('billing-export')
      ? ([
          ['BillingExportBucket', choices.billingExport.bucket],
          ['BillingExportPrefix', choices.billingExport.prefix],
        ] as const)
      : []),
  ];
}
