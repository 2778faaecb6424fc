import { STACK_NAME } from '@/aws/permissions';
import { stackParameters } from '@/aws/render-template';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import { dayOf } from '@/domain/period';
import { getConnection } from '@/features/connections/queries';
import type { ExportFailure } from './export-store';

export interface ExportPeriod {
  /** First day of the month. */
  readonly period: string;
  readonly lineItems: number;
  /** Accounts whose cost of the month comes from the export, and no longer from Cost Explorer. */
  readonly accounts: number;
  readonly files: number;
  readonly bytes: number;
  readonly lastDate: string | null;
  readonly loadedAt: string | null;
  readonly failure: ExportFailure | null;
}

export interface ExportSummary {
  readonly id: string;
  readonly name: string;
  readonly formatLabel: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly problem: string | null;
  readonly isChosen: boolean;
  readonly isGone: boolean;
  readonly checkedAt: string | null;
  readonly failure: ExportFailure | null;
}

export interface ConnectionExports {
  readonly exports: readonly ExportSummary[];
  readonly periods: readonly ExportPeriod[];
}

const FORMATS: Record<string, string> = {
  focus: 'FOCUS',
  'cur-2.0': 'CUR 2.0',
  cur: 'Cost and Usage Report',
};

/** Billing exports that AWS knows of in the connected account, and what is loaded of the chosen one. */
export async function readExports(ctx: Ctx, connectionId: string): Promise<ConnectionExports> {
  requirePermission(ctx, 'connection:read');
  return withTransaction(ctx, async (tx) => {
    await getConnection(tx, ctx.workspaceId, connectionId);
    const key = { workspaceId: ctx.workspaceId, connectionId };
    const exports = await tx.billingExport.findMany({
      where: key,
      orderBy: [{ foundAt: 'asc' }, { name: 'asc' }],
    });
    const periods = await tx.billingPeriod.findMany({ where: key, orderBy: { billingPeriod: 'desc' } });
    const covered = await tx.coveredMonth.groupBy({ by: ['billingPeriod'], where: key, _count: true });
    const accounts = new Map(covered.map((one) => [dayOf(one.billingPeriod), one._count]));
    return {
      exports: exports.map((one) => ({
        id: one.id,
        name: one.name,
        formatLabel: FORMATS[one.format] ?? one.format,
        bucket: one.bucket,
        prefix: one.prefix,
        region: one.region,
        problem: one.problem,
        isChosen: one.chosenAt !== null,
        isGone: one.goneAt !== null,
        checkedAt: one.checkedAt?.toISOString() ?? null,
        failure: one.failure as ExportFailure | null,
      })),
      periods: periods.map((one) => ({
        period: dayOf(one.billingPeriod),
        lineItems: Number(one.rows),
        accounts: accounts.get(dayOf(one.billingPeriod)) ?? 0,
        files: one.files,
        bytes: Number(one.bytes),
        lastDate: one.lastDate ? dayOf(one.lastDate) : null,
        loadedAt: one.loadedAt?.toISOString() ?? null,
        failure: one.failure as ExportFailure | null,
      })),
    };
  });
}

/** How an existing stack is given the one bucket and prefix of an export: three parameters, everything else as it is. */
export function grantCommand(one: Pick<ExportSummary, 'bucket' | 'prefix'>, region: string): string {
  const set = [
    ['ReadBillingExport', 'Yes'],
    ['BillingExportBucket', one.bucket],
    ['BillingExportPrefix', one.prefix],
  ].map(([name, value]) => `ParameterKey=${name},ParameterValue=${value}`);
  const rest = stackParameters({ externalId: '', collectorRoleArn: '', groups: [] })
    .filter(([name]) => name !== 'ReadBillingExport')
    .map(([name]) => `ParameterKey=${name},UsePreviousValue=true`);
  return [
    `aws cloudformation update-stack --stack-name ${STACK_NAME} --region ${region} \\`,
    '  --use-previous-template --capabilities CAPABILITY_NAMED_IAM --parameters \\',
    `  ${[...set, ...rest].join(' ')}`,
  ].join('\n');
}
