import { feature, tagsOf, type ActionNote } from './types';

// Left out on purpose: firehose:DescribeDeliveryStream, elasticmapreduce:DescribeCluster,
// glue:GetJobs, glue:ListSessions and sagemaker:DescribeTrainingJob, since their answers can hold secrets.
export const analyticsActions: readonly ActionNote[] = [
  ...feature('Stream inventory', [
    [
      'kinesis:ListStreams',
      'Names, ids, mode and state of the data streams',
      'Names that you chose; records are not granted',
    ],
    [
      'kinesis:DescribeStreamSummary',
      'Shards, hours kept, mode and consumers of one stream',
      'Counts and settings; no record is read',
    ],
    tagsOf('kinesis:ListTagsForStream', 'a data stream', 'records are not granted'),
    [
      'firehose:ListDeliveryStreams',
      'Names of the delivery streams',
      'Names only; their settings can hold passwords and are not granted',
    ],
    tagsOf('firehose:ListTagsForDeliveryStream', 'a delivery stream', 'its settings are not granted'),
    [
      'kafka:ListClustersV2',
      'Names, type, version, broker type and count, storage, network ids and ZooKeeper address',
      'Sizes and addresses; messages and topics are not granted',
    ],
    [
      'kafka:ListNodes',
      'Brokers of a cluster with type, address and id',
      'Addresses inside your network; connecting is not granted',
    ],
    tagsOf('kafka:ListTagsForResource', 'a Kafka cluster', 'messages are not granted'),
  ]),
  ...feature('Search inventory', [
    [
      'es:ListDomainNames',
      'Names and engine of the search domains',
      'Names that you chose; documents are not granted',
    ],
    [
      'es:DescribeDomains',
      'Node types and counts, storage, address, access policy and sign-in settings of a domain',
      'Rules and settings, without any password; searching is not granted',
    ],
  ]),
  ...feature('Reservation cover', [
    [
      'es:DescribeReservedInstances',
      'Reserved search nodes: type, count, term and price',
      'Terms of the contract with AWS; domains are not named',
    ],
  ]),
  ...feature('Search inventory', [
    tagsOf('es:ListTags', 'a search domain', 'documents are not granted'),
    [
      'aoss:ListCollections',
      'Names, ids and state of the serverless search collections',
      'Names and states; documents are not granted',
    ],
  ]),
  ...feature('Data job inventory', [
    [
      'elasticmapreduce:ListClusters',
      'Names, ids, state, dates and instance hours of the EMR clusters',
      'Hours and names; settings and steps, which can hold secrets, are not granted',
    ],
    [
      'emr-serverless:ListApplications',
      'Names, ids, release and state of the serverless EMR applications',
      'Names and states; job runs and their parameters are not granted',
    ],
    ['glue:ListJobs', 'Names of the Glue jobs', 'Names only; arguments can hold secrets and are not granted'],
    ['glue:ListCrawlers', 'Names of the Glue crawlers', 'Names only; what they found is not granted'],
    [
      'glue:ListDevEndpoints',
      'Names of the Glue development endpoints',
      'Names only; keys and addresses are another action',
    ],
    tagsOf('glue:GetTags', 'a Glue job or crawler', 'arguments and scripts are not granted'),
    [
      'athena:ListWorkGroups',
      'Names, state and descriptions of the Athena workgroups',
      'Descriptions that you wrote; queries and results are not granted',
    ],
    [
      'athena:ListCapacityReservations',
      'Reserved Athena capacity: name, units and state',
      'Amounts only; no query is read',
    ],
    tagsOf('athena:ListTagsForResource', 'an Athena workgroup', 'queries and results are not granted'),
  ]),
  ...feature('Machine learning inventory', [
    [
      'sagemaker:ListNotebookInstances',
      'Names, type, address, state and dates of the notebooks',
      'The address asks for a sign-in that this role cannot make; notebooks are not opened',
    ],
    [
      'sagemaker:ListEndpoints',
      'Names, dates and state of the model endpoints',
      'Names that you chose; a model cannot be asked',
    ],
    [
      'sagemaker:DescribeEndpoint',
      'Instance counts, weights, container image names and capture bucket of an endpoint',
      'Counts and names; environment variables are in the model, which is not granted',
    ],
    [
      'sagemaker:ListTrainingJobs',
      'Names, dates and state of the training jobs',
      'Names only; parameters and data sources are not granted',
    ],
    [
      'sagemaker:ListClusters',
      'Names, ids, dates and state of the HyperPod clusters',
      'Names and states; nodes are not opened',
    ],
    tagsOf('sagemaker:ListTags', 'a notebook, endpoint or job', 'models and data are not granted'),
    [
      'bedrock:ListProvisionedModelThroughputs',
      'Bought model capacity: name, model, units, term and state',
      'Amounts and terms; prompts and answers are not granted',
    ],
    [
      'bedrock:ListInferenceProfiles',
      'Names, models, descriptions and state of the inference profiles',
      'Descriptions that you wrote; a model cannot be asked',
    ],
    tagsOf('bedrock:ListTagsForResource', 'a Bedrock resource', 'prompts and answers are not granted'),
  ]),
  ...feature('Stream inventory', [
    [
      'kinesisanalytics:ListApplications',
      'Names, ids, state and engine of the stream applications',
      'Names only; code and properties are not granted',
    ],
    tagsOf(
      'kinesisanalytics:ListTagsForResource',
      'a stream application',
      'code and properties are not granted',
    ),
  ]),
  ...feature('Data job inventory', [
    [
      'airflow:ListEnvironments',
      'Names of the Airflow environments',
      'Names only; options, connections and sign-in tokens are not granted',
    ],
  ]),
];
