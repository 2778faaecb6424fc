import { actions, type PermissionGroup } from './types';

export const costGroup: PermissionGroup = {
  id: 'cost',
  parameter: null,
  title: 'Billing and cost',
  purpose: 'Shows what each service, account, region and tag costs',
  withoutIt: 'Required. Without it there is no cost to show',
  default: true,
  statements: [
    {
      sid: 'Cost',
      resource: '*',
      actions: [
        ...actions(
          'ce',
          `GetCostAndUsage GetCostAndUsageWithResources GetCostForecast GetUsageForecast
          GetDimensionValues GetTags GetCostCategories GetAnomalies GetAnomalyMonitors
          ListCostAllocationTags ListCostCategoryDefinitions DescribeCostCategoryDefinition
          ListTagsForResource`,
        ),
        ...actions('cur', 'DescribeReportDefinitions'),
        ...actions('bcm-data-exports', 'ListExports GetExport ListExecutions ListTables'),
        ...actions('billing', 'GetBillingPreferences ListBillingViews'),
        ...actions('consolidatedbilling', 'GetAccountBillingRole'),
        ...actions('freetier', 'GetFreeTierUsage'),
      ],
    },
    {
      sid: 'Account',
      resource: '*',
      actions: [
        ...actions('sts', 'GetCallerIdentity'),
        ...actions('account', 'GetAccountInformation GetRegionOptStatus ListRegions'),
        ...actions('iam', 'ListAccountAliases'),
        ...actions('ec2', 'DescribeRegions'),
      ],
    },
  ],
};

export const organizationGroup: PermissionGroup = {
  id: 'organization',
  parameter: 'ReadOrganization',
  title: 'Organization names',
  purpose: 'Shows accounts and organizational units by name',
  withoutIt: 'Without it accounts are shown by number',
  default: true,
  statements: [
    {
      sid: 'Organization',
      resource: '*',
      actions: actions(
        'organizations',
        `DescribeOrganization DescribeAccount DescribeOrganizationalUnit ListAccounts ListRoots
          ListOrganizationalUnitsForParent ListAccountsForParent ListParents ListTagsForResource`,
      ),
    },
  ],
};

export const commitmentsGroup: PermissionGroup = {
  id: 'commitments',
  parameter: 'ReadCommitments',
  title: 'Budgets, commitments and savings advice',
  purpose: 'Shows budgets, how well Savings Plans and reservations are used, and AWS savings advice',
  withoutIt: 'Without it budgets, Savings Plans, reservations and AWS savings advice are not shown',
  default: true,
  statements: [
    {
      sid: 'Commitments',
      resource: '*',
      actions: [
        ...actions(
          'ce',
          `GetReservationUtilization GetReservationCoverage GetReservationPurchaseRecommendation
          GetSavingsPlansUtilization GetSavingsPlansUtilizationDetails GetSavingsPlansCoverage
          GetSavingsPlansPurchaseRecommendation GetRightsizingRecommendation`,
        ),
        ...actions('budgets', 'ViewBudget'),
        ...actions('savingsplans', 'DescribeSavingsPlans ListTagsForResource'),
      ],
    },
    {
      sid: 'SavingsAdvice',
      resource: '*',
      actions: [
        ...actions(
          'cost-optimization-hub',
          'ListEnrollmentStatuses ListRecommendations ListRecommendationSummaries GetRecommendation',
        ),
        ...actions(
          'compute-optimizer',
          `GetEnrollmentStatus GetEC2InstanceRecommendations GetEBSVolumeRecommendations
          GetAutoScalingGroupRecommendations GetRDSDatabaseRecommendations
          GetECSServiceRecommendations GetIdleRecommendations`,
        ),
      ],
    },
  ],
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
    {
      sid: 'BillingExportFiles',
      actions: actions('s3', 'GetObject'),
      resource: 'arn:${Partition}:s3:::${BillingExportBucket}/${BillingExportPrefix}/*',
    },
    {
      sid: 'BillingExportList',
      actions: actions('s3', 'ListBucket'),
      resource: 'arn:${Partition}:s3:::${BillingExportBucket}',
      condition: { operator: 'StringEquals', key: 's3:prefix', value: '${BillingExportPrefix}/' },
    },
  ],
};
