import type { Metadata } from 'next';
import { listAccounts } from '@/features/accounts/list-accounts';
import { AccountTable } from '@/features/accounts/ui/account-table';
import { pageContext } from '@/server/session';
import { labelAccountAction } from './actions';

export const metadata: Metadata = { title: 'Accounts' };

export default async function AccountsPage() {
  const { ctx } = await pageContext('tag:write');
  return <AccountTable accounts={await listAccounts(ctx)} label={labelAccountAction} />;
}
