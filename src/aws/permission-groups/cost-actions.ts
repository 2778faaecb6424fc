import { feature, tagsOf, type ActionNote } from './types';

export const costActions: readonly ActionNote[] = [
  ...feature('Cost by service', [
    [
      'ce:GetCostAndUsage',
      'Cost and usage sums by day or month, by service, account, region or tag',
      'Sums of your bill; no resource is opened',
    ],
    [
      'ce:GetCostAndUsageWithResources',
      'Cost and usage sums by resource id, for the last 14 days',
      'Sums and ids; an id can hold a name that you chose',
    ],
  ]),
  ...feature('Forecast', [
    [
      'ce:GetCostForecast',
      'Expected cost by day or month, with a range',
      'Sums that AWS worked out from earlier bills',
    ],
    [
      'ce:GetUsageForecast',
      'Expected usage by day or month, with a range',
      'Amounts that AWS worked out from earlier usage',
    ],
  ]),
  ...feature('Filters and cost by tag', [
    [
      'ce:GetDimensionValues',
      'Names of the services, regions, accounts and usage types on the bill',
      'Names that stand on your bill; no amounts and no payment details',
    ],
    [
      'ce:GetTags',
      'Tag keys and tag values that cost carries',
      'Words that you wrote as tags; AWS advises against secrets in tags',
    ],
    [
      'ce:GetCostCategories',
      'Names and values of your cost categories',
      'Names that you gave to shares of the bill',
    ],
  ]),
  ...feature('Unusual cost', [
    [
      'ce:GetAnomalies',
      'Unusual cost that AWS found: dates, amounts, service, account and region',
      'Sums and names; the people who are alerted are another action, which is not granted',
    ],
    [
      'ce:GetAnomalyMonitors',
      'Names of the cost monitors and what each watches',
      'Settings only; subscriptions with their addresses are not granted',
    ],
  ]),
  ...feature('Filters and cost by tag', [
    [
      'ce:ListCostAllocationTags',
      'Tag keys that can be used for cost, with state and last use',
      'Keys only, without their values',
    ],
    [
      'ce:ListCostCategoryDefinitions',
      'Names, ids and dates of your cost categories',
      'Names and dates; nothing of the resources in them',
    ],
    [
      'ce:DescribeCostCategoryDefinition',
      'The rules of a cost category: accounts, services and tag values',
      'Rules that sort cost; they open no resource',
    ],
    tagsOf('ce:ListTagsForResource', 'a cost category or cost monitor', 'no cost is read here'),
  ]),
  ...feature('Billing export', [
    [
      'cur:DescribeReportDefinitions',
      'Names of the cost and usage reports, with bucket, folder and format',
      'Says where a report lies; reading it is off until you turn it on',
    ],
    [
      'bcm-data-exports:ListExports',
      'Names, ids and state of the data exports',
      'Names and states; no exported line',
    ],
    [
      'bcm-data-exports:GetExport',
      'Columns, bucket, folder and format of one data export',
      'Settings of the export; its files are another action',
    ],
    [
      'bcm-data-exports:ListExecutions',
      'Times and outcome of the runs of an export',
      'Times and states only',
    ],
    [
      'bcm-data-exports:ListTables',
      'Names and columns of the tables that AWS can export',
      'AWS’s own list, the same for everyone',
    ],
  ]),
  ...feature('Checking figures against the bill', [
    [
      'billing:GetBillingPreferences',
      'Sharing of reservations, Savings Plans and credits between accounts, and other billing preferences',
      'Preferences only; invoices and ways to pay are not granted',
    ],
    [
      'billing:ListBillingViews',
      'Names, ids and owners of the billing views',
      'Names only; the cost in a view is another action',
    ],
    [
      'consolidatedbilling:GetAccountBillingRole',
      'Whether the account pays, is paid for, or stands alone',
      'One word about the account',
    ],
    [
      'freetier:GetFreeTierUsage',
      'Free amounts by service, and how much of each is used',
      'Amounts by service; no resource is named',
    ],
  ]),
];

export const accountActions: readonly ActionNote[] = [
  ...feature('Connecting an account', [
    [
      'sts:GetCallerIdentity',
      'Account number and name of the session itself',
      'Belvedere’s own session; AWS answers it with no grant at all',
    ],
    [
      'account:GetAccountInformation',
      'Account number, account name and the day it was made',
      'Contacts, phone numbers and addresses are other actions, which are not granted',
    ],
    ['account:GetRegionOptStatus', 'Whether one region is switched on', 'One word about a region'],
    [
      'account:ListRegions',
      'Regions of the account, switched on or off',
      'AWS’s own names; nothing in the regions is opened',
    ],
    [
      'iam:ListAccountAliases',
      'The name that you gave the account for signing in',
      'A public name; users, roles, keys and policies are not granted',
    ],
    ['ec2:DescribeRegions', 'Regions that the account can use', 'AWS’s own names and addresses'],
  ]),
];

export const billingExportFileActions: readonly ActionNote[] = feature('Billing export', [
  [
    's3:GetObject',
    'The files of one billing export: each line of the bill, with resource ids and tags',
    'Reads file content, so it is off by default; one folder of one bucket that you name, nothing else',
  ],
]);

export const billingExportListActions: readonly ActionNote[] = feature('Billing export', [
  [
    's3:ListBucket',
    'Names, sizes and dates of the files in that one folder',
    'Off by default; a condition ties it to the folder that you name',
  ],
]);
