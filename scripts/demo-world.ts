import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient, CreateStackCommand } from '@aws-sdk/client-cloudformation';
import { defaultGroupIds, STACK_NAME, type PermissionGroupId } from '../src/aws/permissions';
import { STACK_CAPABILITY, stackParameters } from '../src/aws/render-template';
import type { Ctx } from '../src/context';
import { inWorkspace } from '../src/db/client';
import { readConnection } from '../src/features/connections/read-connections';
import { chooseExport } from '../src/features/exports/choose-export';
import { readExports } from '../src/features/exports/read-exports';
import { startConnection } from '../src/features/connections/start-connection';
import { signUp } from '../src/features/auth/sign-up';
import type { Runtime } from '../src/runtime';
import { adminCredentials } from '../tests/simulated-aws/vendor';

export const DEMO_OWNER = {
  name: 'Demo owner',
  email: 'owner@acme.example',
  password: 'look-around-freely',
} as const;
interface BillingExportPlace {
  readonly bucket: string;
  readonly prefix: string;
}

const DEMO_DEVICE = { address: '127.0.0.1', userAgent: 'npm run demo' };
export const DEMO_WORKSPACE = 'Acme Group';
export const MANAGEMENT_ACCOUNT = '447188201936';
export const SECOND_ACCOUNT = '615273849012';

/** The demo owner's context; they are made at the first start. */
export async function demoContext(runtime: Runtime): Promise<{ ctx: Ctx; isNew: boolean }> {
  const found = await runtime.db.prisma.appUser.findUnique({
    where: { email: DEMO_OWNER.email },
    select: { id: true },
  });
  const isNew = found === null;
  const { userId, workspaceId } = isNew
    ? await signUp(runtime, { ...DEMO_OWNER, workspace: DEMO_WORKSPACE }, DEMO_DEVICE)
    : { userId: found.id, workspaceId: await workspaceOf(runtime, found.id) };
  // Nobody reads the demo's mail before they sign in.
  if (isNew)
    await runtime.db.prisma.appUser.update({ where: { id: userId }, data: { emailVerifiedAt: new Date() } });
  return { ctx: { ...runtime, workspaceId, actor: { kind: 'user', userId, role: 'owner' } }, isNew };
}

async function workspaceOf(runtime: Runtime, userId: string): Promise<string> {
  const { rows } = await runtime.db.pool.query<{ workspace_id: string }>(
    'select workspace_id from workspaces_of_user($1)',
    [userId],
  );
  return rows[0]?.workspace_id ?? '';
}

/** The customer's part: launches the public template as the connect page tells them to. */
export async function launchStack(
  ctx: Ctx,
  connectionId: string,
  simulatedAwsUrl: string,
  billingExport?: BillingExportPlace,
): Promise<void> {
  const connection = await inWorkspace(ctx.db, ctx.workspaceId, (tx) =>
    tx.connection.findFirstOrThrow({ where: { workspaceId: ctx.workspaceId, id: connectionId } }),
  );
  const client = new CloudFormationClient({
    endpoint: simulatedAwsUrl,
    region: ctx.config.awsRegion,
    credentials: adminCredentials(connection.awsAccountId),
  });
  const choices = {
    externalId: connection.externalId,
    collectorRoleArn: ctx.config.collectorRoleArn,
    groups: connection.groups as PermissionGroupId[],
    ...(billingExport ? { billingExport } : {}),
  };
  await client.send(
    new CreateStackCommand({
      StackName: STACK_NAME,
      TemplateURL: ctx.config.templateUrl,
      Capabilities: [STACK_CAPABILITY],
      Parameters: stackParameters(choices).map(([ParameterKey, ParameterValue]) => ({
        ParameterKey,
        ParameterValue,
      })),
    }),
  );
  client.destroy();
}

/** Uses the payer's billing export as a person does, as soon as the sync has found it. */
export async function useBillingExport(ctx: Ctx, connectionId: string): Promise<void> {
  for (const endsAt = Date.now() + 60_000; Date.now() < endsAt; await sleep(100)) {
    const [found] = (await readExports(ctx, connectionId)).exports;
    if (!found) continue;
    await chooseExport(ctx, { connectionId, exportId: found.id });
    return;
  }
  throw new Error('The demo account’s billing export was not found within a minute.');
}

/** Connects an account the way a person does, and waits for the worker to load its newest month. */
export async function connectAccount(
  ctx: Ctx,
  account: string,
  simulatedAwsUrl: string,
  until: 'first-month' | 'done',
  billingExport?: BillingExportPlace,
): Promise<string> {
  const groups = [...defaultGroupIds, ...(billingExport ? ['billing-export' as const] : [])];
  const { id } = await startConnection(ctx, { account, groups });
  await launchStack(ctx, id, simulatedAwsUrl, billingExport);
  for (const endsAt = Date.now() + 120_000; Date.now() < endsAt; await sleep(100)) {
    const { connection, sync } = await readConnection(ctx, id);
    if (sync?.status === 'failed') throw new Error(sync.failure?.message ?? 'The first sync failed.');
    if (sync?.status === 'done' || (until === 'first-month' && (sync?.monthsDone ?? 0) > 0))
      return connection.id;
  }
  throw new Error('The demo account was not connected within two minutes.');
}

/** The person as one who has just proven who they are, which a revocation asks for. A benchmark takes longer than that holds. */
export function provenNow(ctx: Ctx): Ctx {
  const { actor } = ctx;
  if (actor.kind !== 'user') return ctx;
  const session = { id: 'bench', method: 'password' as const, steppedUpAt: ctx.now() };
  return { ...ctx, actor: { ...actor, session } };
}
