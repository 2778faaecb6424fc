import { feature, tagsOf, type ActionNote } from './types';

export const organizationActions: readonly ActionNote[] = feature('Account names', [
  [
    'organizations:DescribeOrganization',
    'Organization id, its features, and number and e-mail of the management account',
    'The e-mail is returned by AWS and not kept; Belvedere keeps the id',
  ],
  [
    'organizations:DescribeAccount',
    'Number, name, state, join date and e-mail of one account',
    'The e-mail is returned by AWS and not kept; AWS has no finer action',
  ],
  [
    'organizations:DescribeOrganizationalUnit',
    'Id and name of one organizational unit',
    'A name that you chose; its policies are not granted',
  ],
  [
    'organizations:ListAccounts',
    'Number, name, state, join date and e-mail of every account',
    'The e-mails are returned by AWS and not kept; Belvedere keeps number, name and state',
  ],
  [
    'organizations:ListRoots',
    'Id and name of the top of the organization, and which kinds of policy are on',
    'Kinds only; what the policies say is not granted',
  ],
  [
    'organizations:ListOrganizationalUnitsForParent',
    'Ids and names of the organizational units under a unit',
    'Names that you chose; nothing in the accounts is opened',
  ],
  [
    'organizations:ListAccountsForParent',
    'Number, name, state, join date and e-mail of the accounts in a unit',
    'The e-mails are returned by AWS and not kept; AWS has no finer action',
  ],
  [
    'organizations:ListParents',
    'Id of the unit that an account or unit is in',
    'One id; no name and no address',
  ],
  tagsOf('organizations:ListTagsForResource', 'an account or unit', 'policies and contacts are not granted'),
]);

export const commitmentActions: readonly ActionNote[] = [
  ...feature('Reservation cover', [
    [
      'ce:GetReservationUtilization',
      'How much of each reservation is used, in hours, percent and money',
      'Sums, and ids of reservations; running servers are not named',
    ],
    [
      'ce:GetReservationCoverage',
      'Share of usage that reservations cover, by service, region or type',
      'Shares and sums only',
    ],
    [
      'ce:GetReservationPurchaseRecommendation',
      'Reservations that AWS advises to buy, with the saving',
      'Advice only; buying is a write action, which is not granted',
    ],
  ]),
  ...feature('Savings Plans cover', [
    [
      'ce:GetSavingsPlansUtilization',
      'How much of your Savings Plans is used, in percent and money',
      'Sums over all plans',
    ],
    [
      'ce:GetSavingsPlansUtilizationDetails',
      'Use and saving of each Savings Plan',
      'Sums, and ids of plans; running servers are not named',
    ],
    [
      'ce:GetSavingsPlansCoverage',
      'Share of cost that Savings Plans cover, by service, region or family',
      'Shares and sums of the bill',
    ],
    [
      'ce:GetSavingsPlansPurchaseRecommendation',
      'Savings Plans that AWS advises to buy, with the saving',
      'Advice only; buying a plan is not granted',
    ],
  ]),
  ...feature('Savings advice', [
    [
      'ce:GetRightsizingRecommendation',
      'Servers that AWS finds too large: id, name, tags, use, and the size it advises',
      'Ids, sizes and load; resizing or stopping is not granted',
    ],
  ]),
  ...feature('Budgets', [
    [
      'budgets:ViewBudget',
      'Budgets with their limits, filters and spend, and the addresses that a budget alerts',
      'AWS has no finer action; Belvedere does not ask for the addresses and keeps none',
    ],
  ]),
  ...feature('Savings Plans cover', [
    [
      'savingsplans:DescribeSavingsPlans',
      'Ids, types, terms, hourly commitment and dates of your Savings Plans',
      'Terms of the contract with AWS; no way to pay is shown',
    ],
    tagsOf('savingsplans:ListTagsForResource', 'a Savings Plan', 'plans cannot be bought or returned'),
  ]),
];

export const savingsAdviceActions: readonly ActionNote[] = [
  ...feature('Savings advice', [
    [
      'cost-optimization-hub:ListEnrollmentStatuses',
      'Whether the hub is on, by account',
      'One word by account; switching it on is not granted',
    ],
    [
      'cost-optimization-hub:ListRecommendations',
      'Advice of AWS by resource: id, kind, effort and saving',
      'Ids, tags and sums; nothing in the resource is opened',
    ],
    [
      'cost-optimization-hub:ListRecommendationSummaries',
      'Sums of possible savings by kind, account or region',
      'Sums and counts only',
    ],
    [
      'cost-optimization-hub:GetRecommendation',
      'One piece of advice: size now, size advised, cost of both',
      'Sizes and prices; environment variables and user data are not part of it',
    ],
    [
      'compute-optimizer:GetEnrollmentStatus',
      'Whether Compute Optimizer is on for the account',
      'One word; switching it on is not granted',
    ],
    [
      'compute-optimizer:GetEC2InstanceRecommendations',
      'Servers with their load, size now and sizes advised, with name and tags',
      'Load as numbers; what runs on the server is guessed by kind only',
    ],
    [
      'compute-optimizer:GetEBSVolumeRecommendations',
      'Disks with their load, type now and types advised',
      'Load as numbers; no block of a disk is read',
    ],
    [
      'compute-optimizer:GetAutoScalingGroupRecommendations',
      'Auto Scaling groups with their load, sizes now and sizes advised',
      'Load as numbers; launch templates are not granted',
    ],
    [
      'compute-optimizer:GetRDSDatabaseRecommendations',
      'Databases with their load, class now and classes advised',
      'Load as numbers; no table and no query is read',
    ],
    [
      'compute-optimizer:GetECSServiceRecommendations',
      'Container services with their load, and the CPU and memory advised',
      'Container names, CPU and memory; environment variables are not part of it',
    ],
  ]),
  ...feature('Idle resources', [
    [
      'compute-optimizer:GetIdleRecommendations',
      'Resources that AWS finds idle, with the saving',
      'Ids, tags and sums; deleting is not granted',
    ],
  ]),
];
