import { DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { arnOf } from './arns';
import { defineCollector } from './collector';
import { paged } from './listing';
import { tagsOf } from './tags';

export const rdsInstances = defineCollector({
  type: 'rds:db',
  service: 'RDS',
  client: (settings) => new RDSClient(settings),
  actions: ['rds:DescribeDBInstances'],
  tags: 'in-answer',
  list: (call) =>
    paged(call, 'rds:DescribeDBInstances', async (client, token) => {
      const page = await client.send(new DescribeDBInstancesCommand({ MaxRecords: 100, Marker: token }));
      return { items: page.DBInstances, next: page.Marker };
    }),
  keeps: [
    'DBInstanceArn',
    'DBInstanceIdentifier',
    'DBClusterIdentifier',
    'DBInstanceClass',
    'Engine',
    'EngineVersion',
    'LicenseModel',
    'MultiAZ',
    'AllocatedStorage',
    'StorageType',
    'Iops',
    'BackupRetentionPeriod',
    'DBInstanceStatus',
    'InstanceCreateTime',
    'AvailabilityZone',
    'TagList.Key',
    'TagList.Value',
  ],
  map(instance, place) {
    if (!instance.DBInstanceArn || !instance.DBInstanceIdentifier) return null;
    const cluster = instance.DBClusterIdentifier;
    return {
      arn: instance.DBInstanceArn,
      id: instance.DBInstanceIdentifier,
      createdAt: instance.InstanceCreateTime,
      state: instance.DBInstanceStatus,
      tags: tagsOf(instance.TagList),
      attributes: {
        instanceClass: instance.DBInstanceClass,
        engine: instance.Engine,
        engineVersion: instance.EngineVersion,
        licenseModel: instance.LicenseModel,
        isMultiAz: instance.MultiAZ,
        storageGiB: instance.AllocatedStorage,
        storageType: instance.StorageType,
        iops: instance.Iops,
        backupRetentionDays: instance.BackupRetentionPeriod,
        zone: instance.AvailabilityZone,
      },
      relatedArns: cluster ? [arnOf(place, 'rds', `cluster:${cluster}`)] : [],
    };
  },
});
