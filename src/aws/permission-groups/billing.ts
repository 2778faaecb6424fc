import { commitmentActions, organizationActions, savingsAdviceActions } from './account-and-savings-actions';
import {
  accountActions,
  billingExportFileActions,
  billingExportListActions,
  costActions,
} from './cost-actions';
import { statement, type PermissionGroup } from './types';

export const costGroup: PermissionGroup = {
  id: 'cost',
  parameter: null,
  title: 'Billing and cost',
  purpose: 'Shows what each service, account, region and tag costs',
  withoutIt: 'Required. Without it there is no cost to show',
  default: true,
  statements: [statement('Cost', costActions), statement('Account', accountActions)],
};

export const organizationGroup: PermissionGroup = {
  id: 'organization',
  parameter: 'ReadOrganization',
  title: 'Organization names',
  purpose: 'Shows accounts and organizational units by name',
  withoutIt: 'Without it accounts are shown by number',
  default: true,
  statements: [statement('Organization', organizationActions)],
};

export const commitmentsGroup: PermissionGroup = {
  id: 'commitments',
  parameter: 'ReadCommitments',
  title: 'Budgets, commitments and savings advice',
  purpose: 'Shows budgets, how well Savings Plans and reservations are used, and AWS savings advice',
  withoutIt: 'Without it budgets, Savings Plans, reservations and AWS savings advice are not shown',
  default: true,
  statements: [statement('Commitments', commitmentActions), statement('SavingsAdvice', savingsAdviceActions)],
};

/** The only group that reads data. A test pins the exact shape of both statements. */
export const billingExportGroup: PermissionGroup = {
  id: 'billing-export',
  parameter: 'ReadBillingExport',
  title: 'Billing export files',
  purpose: 'Reads the billing export files from the one bucket and folder that you name',
  withoutIt: 'Without it cost comes from Cost Explorer only, with less detail',
  default: false,
  statements: [
    statement('BillingExportFiles', billingExportFileActions, {
      resource: 'arn:${Partition}:s3:::${BillingExportBucket}/${BillingExportPrefix}/*',
    }),
    statement('BillingExportList', billingExportListActions, {
      resource: 'arn:${Partition}:s3:::${BillingExportBucket}',
      condition: { operator: 'StringEquals', key: 's3:prefix', value: '${BillingExportPrefix}/' },
    }),
  ],
};
