/** One answer of every call that the collectors make, by service and command, as AWS would write it. */

export const ACCOUNT = '731904462850';
export const REGION = 'eu-west-1';
export const CREATED = new Date('2026-03-04T05:06:07.000Z');

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const Tags = [
  { Key: 'Name', Value: 'shop' },
  { Key: 'team', Value: 'payments' },
];
const tags = [
  { key: 'Name', value: 'shop' },
  { key: 'team', value: 'payments' },
];
const balancerArn = arn('elasticloadbalancing', 'loadbalancer/app/web/50dc6c495c0c9188');

const compute = {
  'EC2 DescribeInstances': {
    Reservations: [
      {
        Instances: [
          {
            InstanceId: 'i-0a1b',
            InstanceType: 'm6i.large',
            Architecture: 'x86_64',
            PlatformDetails: 'Linux/UNIX',
            Placement: { AvailabilityZone: 'eu-west-1a', Tenancy: 'default' },
            State: { Code: 16, Name: 'running' },
            LaunchTime: new Date('2026-11-01T00:00:00.000Z'),
            NetworkInterfaces: [
              { Attachment: { DeviceIndex: 1, AttachTime: new Date('2026-10-01T00:00:00.000Z') } },
              { Attachment: { DeviceIndex: 0, AttachTime: CREATED } },
            ],
            Tags,
          },
          { InstanceId: 'i-0gone', State: { Name: 'terminated' } },
        ],
      },
    ],
  },
  'EC2 DescribeVolumes': {
    Volumes: [
      {
        VolumeId: 'vol-0a',
        VolumeType: 'gp3',
        Size: 100,
        Iops: 3000,
        Throughput: 125,
        State: 'in-use',
        Encrypted: true,
        AvailabilityZone: 'eu-west-1a',
        CreateTime: CREATED,
        Attachments: [{ InstanceId: 'i-0a1b', Device: '/dev/xvda' }],
        Tags,
      },
    ],
  },
  'EC2 DescribeSnapshots': {
    Snapshots: [
      {
        SnapshotId: 'snap-0a',
        VolumeId: 'vol-0a',
        VolumeSize: 100,
        StorageTier: 'standard',
        State: 'completed',
        Encrypted: false,
        StartTime: CREATED,
        Tags,
      },
      { SnapshotId: 'snap-0copy', VolumeId: 'vol-ffffffff', State: 'completed' },
    ],
  },
  'EC2 DescribeAddresses': {
    Addresses: [
      { AllocationId: 'eipalloc-0a', AssociationId: 'eipassoc-0a', InstanceId: 'i-0a1b', Tags },
      { AllocationId: 'eipalloc-0b' },
    ],
  },
  'EC2 DescribeNatGateways': {
    NatGateways: [
      {
        NatGatewayId: 'nat-0a',
        State: 'available',
        ConnectivityType: 'public',
        CreateTime: CREATED,
        VpcId: 'vpc-0a',
        SubnetId: 'subnet-0a',
        NatGatewayAddresses: [{ AllocationId: 'eipalloc-0a', PublicIp: '198.51.100.7' }],
        Tags,
      },
      { NatGatewayId: 'nat-0gone', State: 'deleted' },
    ],
  },
  'Elastic Load Balancing DescribeLoadBalancers': {
    LoadBalancers: [
      {
        LoadBalancerArn: balancerArn,
        LoadBalancerName: 'web',
        Type: 'application',
        Scheme: 'internet-facing',
        State: { Code: 'active' },
        IpAddressType: 'ipv4',
        CreatedTime: CREATED,
        VpcId: 'vpc-0a',
      },
    ],
  },
  'ECS ListClusters': { clusterArns: [arn('ecs', 'cluster/shop')] },
  'ECS DescribeClusters': {
    clusters: [
      {
        clusterArn: arn('ecs', 'cluster/shop'),
        clusterName: 'shop',
        status: 'ACTIVE',
        runningTasksCount: 4,
        activeServicesCount: 1,
        registeredContainerInstancesCount: 0,
        tags,
      },
    ],
  },
  'ECS ListServices': { serviceArns: [arn('ecs', 'service/shop/web')] },
  'ECS DescribeServices': {
    services: [
      {
        serviceArn: arn('ecs', 'service/shop/web'),
        serviceName: 'web',
        clusterArn: arn('ecs', 'cluster/shop'),
        status: 'ACTIVE',
        launchType: 'FARGATE',
        desiredCount: 4,
        runningCount: 4,
        createdAt: CREATED,
        loadBalancers: [
          { targetGroupArn: arn('elasticloadbalancing', 'targetgroup/web/6d0e'), containerPort: 80 },
        ],
        tags,
      },
    ],
  },
  'EKS ListClusters': { clusters: ['platform'] },
  'EKS DescribeCluster': {
    cluster: {
      arn: arn('eks', 'cluster/platform'),
      name: 'platform',
      version: '1.33',
      status: 'ACTIVE',
      createdAt: CREATED,
      upgradePolicy: { supportType: 'EXTENDED' },
      tags: { Name: 'shop', team: 'payments' },
    },
  },
};

const storage = {
  'RDS DescribeDBInstances': {
    DBInstances: [
      {
        DBInstanceArn: arn('rds', 'db:orders-1'),
        DBInstanceIdentifier: 'orders-1',
        DBClusterIdentifier: 'orders',
        DBInstanceClass: 'db.r6g.large',
        Engine: 'aurora-postgresql',
        EngineVersion: '16.4',
        LicenseModel: 'postgresql-license',
        MultiAZ: false,
        AllocatedStorage: 1,
        StorageType: 'aurora',
        BackupRetentionPeriod: 7,
        DBInstanceStatus: 'available',
        InstanceCreateTime: CREATED,
        AvailabilityZone: 'eu-west-1a',
        TagList: Tags,
      },
    ],
  },
  'RDS DescribeDBClusters': {
    DBClusters: [
      {
        DBClusterArn: arn('rds', 'cluster:orders'),
        DBClusterIdentifier: 'orders',
        Engine: 'aurora-postgresql',
        EngineVersion: '16.4',
        EngineMode: 'provisioned',
        AllocatedStorage: 1,
        StorageType: 'aurora',
        BackupRetentionPeriod: 7,
        Status: 'available',
        ClusterCreateTime: CREATED,
        TagList: Tags,
      },
    ],
  },
  'RDS DescribeDBSnapshots': {
    DBSnapshots: [
      {
        DBSnapshotArn: arn('rds', 'snapshot:before-upgrade'),
        DBSnapshotIdentifier: 'before-upgrade',
        DBInstanceIdentifier: 'legacy',
        SnapshotType: 'manual',
        Engine: 'mysql',
        EngineVersion: '8.0.39',
        AllocatedStorage: 200,
        StorageType: 'gp3',
        Status: 'available',
        SnapshotCreateTime: CREATED,
        TagList: Tags,
      },
    ],
  },
  'RDS DescribeDBClusterSnapshots': {
    DBClusterSnapshots: [
      {
        DBClusterSnapshotArn: arn('rds', 'cluster-snapshot:orders-weekly'),
        DBClusterSnapshotIdentifier: 'orders-weekly',
        DBClusterIdentifier: 'orders',
        SnapshotType: 'manual',
        Engine: 'aurora-postgresql',
        EngineVersion: '16.4',
        AllocatedStorage: 30,
        Status: 'available',
        SnapshotCreateTime: CREATED,
        TagList: Tags,
      },
    ],
  },
  'S3 ListBuckets': { Buckets: [{ Name: 'acme-media', CreationDate: CREATED, BucketRegion: REGION }] },
  'DynamoDB ListTables': { TableNames: ['baskets'] },
  'DynamoDB DescribeTable': {
    Table: {
      TableArn: arn('dynamodb', 'table/baskets'),
      TableName: 'baskets',
      TableStatus: 'ACTIVE',
      TableSizeBytes: 1_048_576,
      CreationDateTime: CREATED,
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 10 },
    },
  },
  'ElastiCache DescribeCacheClusters': {
    CacheClusters: [
      {
        ARN: arn('elasticache', 'cluster:sessions-001'),
        CacheClusterId: 'sessions-001',
        ReplicationGroupId: 'sessions',
        CacheNodeType: 'cache.r7g.large',
        NumCacheNodes: 1,
        Engine: 'valkey',
        EngineVersion: '8.0',
        CacheClusterStatus: 'available',
        CacheClusterCreateTime: CREATED,
        PreferredAvailabilityZone: 'eu-west-1a',
      },
    ],
  },
  'OpenSearch ListDomainNames': { DomainNames: [{ DomainName: 'search', EngineType: 'OpenSearch' }] },
  'OpenSearch DescribeDomains': {
    DomainStatusList: [
      {
        ARN: arn('es', 'domain/search'),
        DomainName: 'search',
        Created: true,
        Deleted: false,
        EngineVersion: 'OpenSearch_2.17',
        ClusterConfig: { InstanceType: 'r6g.large.search', InstanceCount: 3 },
        EBSOptions: { VolumeType: 'gp3', VolumeSize: 50 },
      },
    ],
  },
  'Redshift DescribeClusters': {
    Clusters: [
      {
        ClusterIdentifier: 'warehouse',
        NodeType: 'ra3.xlplus',
        NumberOfNodes: 2,
        ClusterStatus: 'available',
        ClusterCreateTime: CREATED,
        TotalStorageCapacityInMegaBytes: 64_000_000,
        AvailabilityZone: 'eu-west-1a',
        Tags,
      },
    ],
  },
  'EFS DescribeFileSystems': {
    FileSystems: [
      {
        FileSystemArn: arn('elasticfilesystem', 'file-system/fs-0a'),
        FileSystemId: 'fs-0a',
        Name: 'shop',
        LifeCycleState: 'available',
        CreationTime: CREATED,
        SizeInBytes: { Value: 6144, ValueInIA: 0 },
        PerformanceMode: 'generalPurpose',
        ThroughputMode: 'elastic',
        NumberOfMountTargets: 2,
        Tags,
      },
    ],
  },
};

const messages = {
  'Kinesis ListStreams': {
    StreamSummaries: [
      {
        StreamARN: arn('kinesis', 'stream/clicks'),
        StreamName: 'clicks',
        StreamStatus: 'ACTIVE',
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        StreamCreationTimestamp: CREATED,
      },
    ],
    HasMoreStreams: false,
  },
  'SQS ListQueues': { QueueUrls: [`https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/orders.fifo`] },
  'SNS ListTopics': { Topics: [{ TopicArn: arn('sns', 'alerts') }] },
  'CloudWatch Logs DescribeLogGroups': {
    logGroups: [
      {
        logGroupName: '/aws/lambda/resize',
        logGroupClass: 'STANDARD',
        creationTime: CREATED.getTime(),
        storedBytes: 2048,
        arn: arn('logs', 'log-group:/aws/lambda/resize:*'),
      },
    ],
  },
  'ECR DescribeRepositories': {
    repositories: [
      {
        repositoryArn: arn('ecr', 'repository/shop/web'),
        repositoryName: 'shop/web',
        imageTagMutability: 'IMMUTABLE',
        createdAt: CREATED,
      },
    ],
  },
  'Resource Groups Tagging GetResources': {
    ResourceTagMappingList: [
      { ResourceARN: arn('lambda', 'function:resize'), Tags },
      { ResourceARN: `arn:aws:cloudfront::${ACCOUNT}:distribution/E2QWRUHAPOMQZL`, Tags },
      { ResourceARN: arn('ec2', 'volume/vol-0a'), Tags },
      { ResourceARN: balancerArn, Tags },
      { ResourceARN: arn('elasticloadbalancing', 'loadbalancer/classic'), Tags: [] },
      { ResourceARN: 'arn:aws:s3:::acme-media', Tags },
    ],
    PaginationToken: '',
  },
};

export const answers: ReadonlyMap<string, object> = new Map<string, object>(
  Object.entries({ ...compute, ...storage, ...messages }),
);
