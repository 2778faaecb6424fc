import { AwsError, json } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import type { AccountDefinition } from '../world/accounts';
import type { World } from '../world/world';
import type { ServiceContext } from './service';

const MAXIMUM_PAGE = 20;

function accountJson(world: World, account: AccountDefinition): Record<string, unknown> {
  const { id, managementAccountId } = world.organization;
  return {
    Id: account.id,
    Arn: `arn:aws:organizations::${managementAccountId}:account/${id}/${account.id}`,
    Email: account.email,
    Name: account.name,
    Status: account.isSuspended ? 'SUSPENDED' : 'ACTIVE',
    State: account.isSuspended ? 'SUSPENDED' : 'ACTIVE',
    JoinedMethod: account.id === managementAccountId ? 'INVITED' : 'CREATED',
    JoinedTimestamp: Date.parse(account.joinedAt) / 1000,
  };
}

export async function organizations(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  const caller = callerOf(request);
  const { world, authorizer } = context;
  const { id, managementAccountId } = world.organization;
  const action = `organizations:${request.action}`;
  if (request.action !== 'DescribeOrganization' && request.action !== 'ListAccounts') {
    throw new AwsError('UnknownOperationException', `Unknown operation ${request.action}`);
  }
  await authorizer.require(caller, { action, resource: '*', resourceAccountId: caller.accountId }, 'json');
  if (!world.isInOrganization(caller.accountId)) {
    throw new AwsError(
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    );
  }
  const management = world.accounts.get(managementAccountId);
  if (request.action === 'DescribeOrganization') {
    return json({
      Organization: {
        Id: id,
        Arn: `arn:aws:organizations::${managementAccountId}:organization/${id}`,
        FeatureSet: 'ALL',
        MasterAccountArn: `arn:aws:organizations::${managementAccountId}:account/${id}/${managementAccountId}`,
        MasterAccountId: managementAccountId,
        MasterAccountEmail: management?.email,
        AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    });
  }
  if (caller.accountId !== managementAccountId) {
    throw new AwsError('AccessDeniedException', "You don't have permissions to access this resource.");
  }
  return listAccounts(request, world);
}

function listAccounts(request: AwsRequest, world: World): WireResponse {
  const { MaxResults: limit = MAXIMUM_PAGE, NextToken: token = '' } = request.input;
  if (typeof limit !== 'number' || limit < 1 || limit > MAXIMUM_PAGE) {
    throw new AwsError('InvalidInputException', 'You specified an invalid value for MaxResults.');
  }
  const start =
    token === ''
      ? 0
      : Number(
          Buffer.from(String(token), 'base64url')
            .toString('utf8')
            .replace(/^accounts:/, ''),
        );
  if (!Number.isInteger(start))
    throw new AwsError('InvalidInputException', 'You specified an invalid value for NextToken.');
  const all = [...world.accounts.values()].filter((account) => account.inOrganization);
  const next = start + limit;
  return json({
    Accounts: all.slice(start, next).map((account) => accountJson(world, account)),
    ...(next < all.length ? { NextToken: Buffer.from(`accounts:${next}`).toString('base64url') } : {}),
  });
}
