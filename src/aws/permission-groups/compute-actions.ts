import { feature, tagsOf, type ActionNote } from './types';

// Left out on purpose: lambda:ListFunctions, ecs:DescribeTaskDefinition, ecs:DescribeTasks, launch
// templates and Spot requests, since their answers can hold environment variables or user data.
export const computeActions: readonly ActionNote[] = [
  ...feature('Server inventory', [
    [
      'ec2:DescribeInstances',
      'Instance ids, types, state, image, key pair name, network ids, addresses and tags',
      'Metadata only; user data is another action, which is not granted',
    ],
    [
      'ec2:DescribeInstanceTypes',
      'CPU, memory and network of the instance types that AWS offers',
      'AWS’s own catalogue, the same for everyone',
    ],
    [
      'ec2:DescribeImages',
      'Image ids, names, descriptions, sizes and dates',
      'Names and descriptions that you wrote; the disk in an image cannot be read',
    ],
    [
      'ec2:DescribeHosts',
      'Dedicated hosts with their type, capacity and instance ids',
      'Ids and capacity; nothing of what runs there',
    ],
  ]),
  ...feature('Reservation cover', [
    [
      'ec2:DescribeCapacityReservations',
      'Reserved capacity: type, zone, count and how many are in use',
      'Counts and dates; reserving is not granted',
    ],
    [
      'ec2:DescribeReservedInstances',
      'Reserved instances: type, count, term, price and end date',
      'Terms of the contract with AWS; servers are not named',
    ],
  ]),
  ...feature('Cost by team and project', [
    tagsOf(
      'ec2:DescribeTags',
      'servers, disks and networks',
      'no server is opened and user data is not granted',
    ),
  ]),
  ...feature('Server inventory', [
    [
      'autoscaling:DescribeAutoScalingGroups',
      'Group names, smallest and largest size, instance ids, zones and tags',
      'Names the launch template; what is in it is not granted',
    ],
  ]),
  ...feature('Container inventory', [
    ['ecs:ListClusters', 'Ids of the ECS clusters', 'Ids with names that you chose'],
    [
      'ecs:DescribeClusters',
      'Names, state, settings and counts of the ECS clusters',
      'Counts of tasks and services; no task is opened',
    ],
    [
      'ecs:ListServices',
      'Ids of the services in an ECS cluster',
      'Ids only; task definitions are not granted',
    ],
    [
      'ecs:DescribeServices',
      'Name, counts, launch type, network ids, log options and recent events of a service',
      'Environment variables are in task definitions, which are not granted',
    ],
    tagsOf('ecs:ListTagsForResource', 'an ECS cluster or service', 'containers cannot be entered'),
    ['eks:ListClusters', 'Names of the Kubernetes clusters', 'Names that you chose'],
    [
      'eks:DescribeCluster',
      'Version, address, network ids, logging and public certificate of a cluster',
      'The certificate is public; signing in to Kubernetes needs an access entry that this role does not have',
    ],
    [
      'eks:ListNodegroups',
      'Names of the node groups of a Kubernetes cluster',
      'Names only; pods and secrets live inside Kubernetes',
    ],
    [
      'eks:DescribeNodegroup',
      'Sizes, instance types, labels, subnets and state of a node group',
      'Sizes and labels; user data of the launch template is not granted',
    ],
    tagsOf(
      'eks:ListTagsForResource',
      'a Kubernetes cluster or node group',
      'Kubernetes objects cannot be read',
    ),
  ]),
  ...feature('Function cost', [
    [
      'lambda:GetAccountSettings',
      'Limits of the account, number of functions and total code size',
      'Counts only; code and environment variables are not granted',
    ],
    [
      'lambda:ListProvisionedConcurrencyConfigs',
      'Reserved concurrency of a function: version, amount and state',
      'Amounts only; the function is not opened',
    ],
    tagsOf('lambda:ListTags', 'a function', 'code and environment variables are not granted'),
  ]),
  ...feature('Container inventory', [
    [
      'batch:DescribeComputeEnvironments',
      'Names, instance types, smallest and largest size, network ids and key pair name',
      'Sizes and ids; job definitions, which hold variables, are not granted',
    ],
    [
      'batch:DescribeJobQueues',
      'Names, priority and state of the job queues',
      'Jobs and their parameters are not granted',
    ],
    [
      'apprunner:ListServices',
      'Names, ids, public addresses and state of the App Runner services',
      'The settings with variables are another action, which is not granted',
    ],
    tagsOf(
      'apprunner:ListTagsForResource',
      'an App Runner service',
      'variables and source code are not granted',
    ),
  ]),
  ...feature('Lightsail inventory', [
    [
      'lightsail:GetInstances',
      'Names, plan, image, addresses, open ports, user name and SSH key name',
      'Names of keys; the keys and passwords themselves are other actions, which are not granted',
    ],
    [
      'lightsail:GetDisks',
      'Names, sizes, state and place of the Lightsail disks',
      'Sizes only; no block is read',
    ],
    [
      'lightsail:GetBuckets',
      'Names, addresses, plan and access rules of the Lightsail buckets',
      'No file is listed; access keys are not granted',
    ],
    [
      'lightsail:GetLoadBalancers',
      'Names, addresses, ports, health and certificate names',
      'Certificate names; private keys cannot be read by any action here',
    ],
    ['lightsail:GetStaticIps', 'Fixed addresses and what each is attached to', 'Addresses and names only'],
  ]),
];
