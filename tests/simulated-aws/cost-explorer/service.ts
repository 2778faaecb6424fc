import { AwsError } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { accessDenied } from '../identity/authorize';
import type { ServiceContext } from '../services/service';
import { getCostAndUsage, getCostAndUsageWithResources } from './cost-and-usage';
import { getCostForecast } from './forecast';
import { getCostCategories, getDimensionValues, getTags } from './values';

type CostOperation = (request: AwsRequest, context: ServiceContext, accountId: string) => WireResponse;

const OPERATIONS: Record<string, CostOperation> = {
  GetCostAndUsage: getCostAndUsage,
  GetCostAndUsageWithResources: getCostAndUsageWithResources,
  GetDimensionValues: getDimensionValues,
  GetTags: getTags,
  GetCostCategories: getCostCategories,
  GetCostForecast: getCostForecast,
};

export async function costExplorer(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  const caller = callerOf(request);
  const { accountId } = caller;
  const operation = Object.hasOwn(OPERATIONS, request.action) ? OPERATIONS[request.action] : undefined;
  if (!operation) throw new AwsError('UnknownOperationException', `Unknown operation ${request.action}`);
  const question = {
    action: `ce:${request.action}`,
    resource: `arn:aws:billing::${accountId}:billingview/primary`,
    resourceAccountId: accountId,
  };
  if (!(await context.authorizer.isAllowed(caller, question))) {
    throw accessDenied(caller, question, 'json', `arn:aws:ce:us-east-1:${accountId}:/${request.action}`);
  }
  if (!context.world.account(accountId)?.costExplorerEnabled) {
    throw new AwsError(
      'DataUnavailableException',
      'Data is not available. Please try to adjust the time period. If just enabled Cost Explorer, data might not be ingested yet',
    );
  }
  return operation(request, context, accountId);
}
