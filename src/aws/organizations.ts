import {
  DescribeOrganizationCommand,
  type OrganizationsClient,
  paginateListAccounts,
  type Account,
} from '@aws-sdk/client-organizations';
import type { AwsError, OrganizationAccount } from './port';

type Send = <T>(call: (client: OrganizationsClient) => Promise<T>, action: string) => Promise<T>;

async function listAccounts(client: OrganizationsClient): Promise<OrganizationAccount[]> {
  const accounts: Account[] = [];
  for await (const page of paginateListAccounts({ client }, {})) accounts.push(...(page.Accounts ?? []));
  // Name and state only: ListAccounts also returns the owner's email address, which no page needs.
  return accounts.map((account) => ({
    accountId: account.Id ?? '',
    name: account.Name ?? '',
    status: account.Status ?? 'ACTIVE',
  }));
}

export async function organizationAccounts(
  send: Send,
  awsAccountId: string,
): Promise<{ organizationId: string; accounts: OrganizationAccount[] } | null> {
  let organizationId: string;
  let isManagement: boolean;
  try {
    const { Organization } = await send(
      (client) => client.send(new DescribeOrganizationCommand({})),
      'organizations:DescribeOrganization',
    );
    organizationId = Organization?.Id ?? '';
    isManagement = Organization?.MasterAccountId === awsAccountId;
  } catch (error) {
    if ((error as AwsError).kind === 'no-organization') return null;
    throw error;
  }
  // AWS lets no ordinary member list the organization, whatever its role grants.
  const accounts = isManagement ? await send(listAccounts, 'organizations:ListAccounts') : [];
  return { organizationId, accounts };
}
