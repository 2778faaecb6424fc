import { actions, type PermissionGroup } from './types';

// Left out on purpose: firehose:DescribeDeliveryStream, elasticmapreduce:DescribeCluster,
// glue:GetJobs, glue:ListSessions and sagemaker:DescribeTrainingJob, since their answers can hold secrets.
export const analyticsGroup: PermissionGroup = {
  id: 'resources-analytics',
  parameter: 'ReadAnalytics',
  title: 'Analytics and machine learning resources',
  purpose: 'Lists streams, search domains, clusters, jobs and models, never the data they process',
  withoutIt: 'Without it analytics cost is shown by service, not by resource',
  default: true,
  statements: [
    {
      sid: 'Analytics',
      resource: '*',
      actions: [
        ...actions('kinesis', 'ListStreams DescribeStreamSummary ListTagsForStream'),
        ...actions('firehose', 'ListDeliveryStreams ListTagsForDeliveryStream'),
        ...actions('kafka', 'ListClustersV2 ListNodes ListTagsForResource'),
        ...actions('es', 'ListDomainNames DescribeDomains DescribeReservedInstances ListTags'),
        ...actions('aoss', 'ListCollections'),
        ...actions('elasticmapreduce', 'ListClusters'),
        ...actions('emr-serverless', 'ListApplications'),
        ...actions('glue', 'ListJobs ListCrawlers ListDevEndpoints GetTags'),
        ...actions('athena', 'ListWorkGroups ListCapacityReservations ListTagsForResource'),
        ...actions(
          'sagemaker',
          `ListNotebookInstances ListEndpoints DescribeEndpoint ListTrainingJobs ListClusters
          ListTags`,
        ),
        ...actions('bedrock', 'ListProvisionedModelThroughputs ListInferenceProfiles ListTagsForResource'),
        ...actions('kinesisanalytics', 'ListApplications ListTagsForResource'),
        ...actions('airflow', 'ListEnvironments'),
      ],
    },
  ],
};

// Left out on purpose: config:SelectResourceConfig (configuration items can hold secrets),
// cloudformation:DescribeStacks, secretsmanager:ListSecrets, workspaces:DescribeWorkspaces (user names).
export const otherGroup: PermissionGroup = {
  id: 'resources-other',
  parameter: 'ReadOther',
  title: 'Other resources and inventory',
  purpose: 'Lists queues, topics, log groups, keys and the resource inventory of the account',
  withoutIt: 'Without it smaller services are shown by service, not by resource',
  default: true,
  statements: [
    {
      sid: 'Inventory',
      resource: '*',
      actions: [
        ...actions('resource-explorer-2', 'Search ListIndexes ListViews GetDefaultView'),
        ...actions(
          'config',
          'DescribeConfigurationRecorders ListDiscoveredResources GetDiscoveredResourceCounts',
        ),
      ],
    },
    {
      sid: 'Other',
      resource: '*',
      actions: [
        ...actions('sqs', 'ListQueues ListQueueTags'),
        ...actions('sns', 'ListTopics ListTagsForResource'),
        ...actions('states', 'ListStateMachines ListTagsForResource'),
        ...actions('mq', 'ListBrokers ListTags'),
        ...actions('logs', 'DescribeLogGroups ListTagsForResource'),
        ...actions('cloudtrail', 'DescribeTrails ListEventDataStores'),
        ...actions('guardduty', 'ListDetectors'),
        ...actions('kms', 'ListKeys ListResourceTags'),
        ...actions('codebuild', 'ListProjects'),
        ...actions('transfer', 'ListServers'),
        ...actions('appstream', 'DescribeFleets'),
      ],
    },
  ],
};
