import { feature, tagsOf, type ActionNote } from './types';

export const tagActions: readonly ActionNote[] = feature('Cost by team and project', [
  [
    'tag:GetResources',
    'Ids of tagged resources with their tag keys and values',
    'Ids, and words that you wrote; no resource is opened',
  ],
  ['tag:GetTagKeys', 'Tag keys in use in a region', 'Words that you wrote as keys'],
  [
    'tag:GetTagValues',
    'Values in use for one tag key',
    'Words that you wrote as values; AWS advises against secrets in tags',
  ],
]);

export const metricActions: readonly ActionNote[] = feature('Idle resources', [
  [
    'cloudwatch:ListMetrics',
    'Names of the metrics and the resource ids they belong to',
    'Names of your own metrics are among them; no number and no log line',
  ],
  [
    'cloudwatch:GetMetricData',
    'Numbers over time for several metrics',
    'Numbers and times; it reaches your own metrics too, since AWS has no finer action',
  ],
  [
    'cloudwatch:GetMetricStatistics',
    'Average, sum, lowest and highest value of one metric',
    'Numbers and times; it reaches your own metrics too, but no log line',
  ],
]);

// Left out on purpose: config:SelectResourceConfig (configuration items can hold secrets),
// cloudformation:DescribeStacks, secretsmanager:ListSecrets, workspaces:DescribeWorkspaces (user names).
export const inventoryActions: readonly ActionNote[] = feature('Inventory of every service', [
  [
    'resource-explorer-2:Search',
    'Ids, kinds, regions, owners and tags of resources',
    'Ids, and words that you wrote as tags; settings are not part of it',
  ],
  ['resource-explorer-2:ListIndexes', 'Regions that have an index, and its kind', 'Regions and ids only'],
  [
    'resource-explorer-2:ListViews',
    'Ids of the views that a search can use',
    'Ids only; filters are another action',
  ],
  ['resource-explorer-2:GetDefaultView', 'Id of the view that a search uses by default', 'One id'],
  [
    'config:DescribeConfigurationRecorders',
    'Recorder name, role, and the kinds of resource it records',
    'Settings of the recorder; recorded settings are not granted',
  ],
  [
    'config:ListDiscoveredResources',
    'Ids and names of the resources of one kind',
    'Ids and names; recorded settings can hold secrets and are not granted',
  ],
  ['config:GetDiscoveredResourceCounts', 'How many resources there are of each kind', 'Counts only'],
]);

export const otherActions: readonly ActionNote[] = [
  ...feature('Queue and topic inventory', [
    [
      'sqs:ListQueues',
      'Addresses of the queues, which hold their names',
      'Names that you chose; messages are not granted',
    ],
    tagsOf('sqs:ListQueueTags', 'a queue', 'messages are not granted'),
    [
      'sns:ListTopics',
      'Ids of the topics',
      'Ids only; subscriptions hold e-mail addresses and phone numbers and are not granted',
    ],
    tagsOf('sns:ListTagsForResource', 'a topic', 'subscribers are not granted'),
    [
      'states:ListStateMachines',
      'Names, ids, types and dates of the state machines',
      'Names only; definitions, inputs and outputs are not granted',
    ],
    tagsOf('states:ListTagsForResource', 'a state machine', 'inputs and outputs are not granted'),
    [
      'mq:ListBrokers',
      'Names, ids, type, engine and state of the message brokers',
      'Names and sizes; users and messages are not granted',
    ],
    tagsOf('mq:ListTags', 'a message broker', 'messages are not granted'),
  ]),
  ...feature('Log and audit inventory', [
    [
      'logs:DescribeLogGroups',
      'Log group names, bytes stored, days kept and key id',
      'Names that you chose; log lines are not granted',
    ],
    tagsOf('logs:ListTagsForResource', 'a log group', 'log lines are not granted'),
    [
      'cloudtrail:DescribeTrails',
      'Trail names, bucket, topic, key id and settings',
      'Says where events go; the events are not granted',
    ],
    [
      'cloudtrail:ListEventDataStores',
      'Names and ids of the event data stores',
      'Names only; queries over events are not granted',
    ],
    [
      'guardduty:ListDetectors',
      'Id of the detector in a region',
      'One id, to know that it is on; findings are not granted',
    ],
  ]),
  ...feature('Key inventory', [
    [
      'kms:ListKeys',
      'Ids of the encryption keys',
      'Ids only; no key material, and decrypting is not granted',
    ],
    [
      'kms:ListResourceTags',
      'Tag keys and values of an encryption key',
      'Words that you wrote as tags; key policies and key descriptions are not granted',
    ],
  ]),
  ...feature('Inventory of smaller services', [
    [
      'codebuild:ListProjects',
      'Names of the build projects',
      'Names only; variables and source are another action, which is not granted',
    ],
    [
      'transfer:ListServers',
      'Ids, kind of endpoint and sign-in, log role, state and user count of the transfer servers',
      'A count of users, not their names; host keys are not granted',
    ],
    [
      'appstream:DescribeFleets',
      'Fleet names, instance type, capacity, state, image and directory domain',
      'Settings only; sessions and user names are not granted',
    ],
  ]),
];
