import { createHash } from 'node:crypto';
import {
  defaultGroupIds,
  permissionGroups,
  STACK_NAME,
  TEMPLATE_VERSION,
  type PermissionGroupId,
} from '@/aws/permissions';
import { quickCreateUrl, renderCliCommand, renderTemplate } from '@/aws/render-template';
import { renderTerraform } from '@/aws/render-terraform';
import { requirePermission, type Ctx } from '@/context';
import type { Connection } from './queries';

export interface GroupChoice {
  readonly id: PermissionGroupId;
  readonly title: string;
  readonly purpose: string;
  readonly withoutIt: string;
  readonly actions: number;
  readonly services: number;
  readonly isRequired: boolean;
  readonly isDefault: boolean;
}

/** The catalogue as choices on the connect page: what each group is for and what is lost without it. */
export function groupChoices(): GroupChoice[] {
  return permissionGroups.map((group) => {
    const actions = group.statements.flatMap((statement) => statement.actions);
    return {
      id: group.id,
      title: group.title,
      purpose: group.purpose,
      withoutIt: group.withoutIt,
      actions: actions.length,
      services: new Set(actions.map((action) => action.split(':')[0])).size,
      isRequired: group.parameter === null,
      isDefault: defaultGroupIds.includes(group.id),
    };
  });
}

export interface TemplateFacts {
  readonly version: number;
  readonly sha256: string;
}

export function templateFacts(): TemplateFacts {
  return { version: TEMPLATE_VERSION, sha256: createHash('sha256').update(renderTemplate()).digest('hex') };
}

export interface LaunchOptions {
  readonly stackUrl: string;
  readonly cli: string;
  readonly terraform: string;
  readonly trustPolicy: string;
}

/** The trust policy that proves a role is meant for this connection and no other. */
export function trustPolicyOf(collectorRoleArn: string, externalId: string): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: collectorRoleArn },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': externalId } },
        },
      ],
    },
    null,
    2,
  );
}

/** The three ways to make the role of a connection. All carry its ExternalId, so only who may connect sees them. */
export function launchOptions(ctx: Ctx, connection: Connection): LaunchOptions {
  requirePermission(ctx, 'connection:write');
  const { config } = ctx;
  const choices = {
    externalId: connection.externalId,
    collectorRoleArn: config.collectorRoleArn,
    groups: connection.groups as PermissionGroupId[],
  };
  const target = {
    ...choices,
    templateUrl: config.templateUrl,
    stackName: STACK_NAME,
    region: config.awsRegion,
  };
  return {
    stackUrl: quickCreateUrl({ ...target, consoleUrl: config.awsConsoleUrl }),
    cli: renderCliCommand(target),
    terraform: renderTerraform(choices),
    trustPolicy: trustPolicyOf(config.collectorRoleArn, connection.externalId),
  };
}

/** Where the stack of a connection is seen and deleted. */
export function stacksUrl(ctx: Ctx): string {
  const base = ctx.config.awsConsoleUrl.replaceAll('{region}', ctx.config.awsRegion).replace(/\/+$/, '');
  return `${base}/cloudformation/home?region=${ctx.config.awsRegion}#/stacks`;
}
