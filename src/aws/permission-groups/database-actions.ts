import { feature, tagsOf, type ActionNote } from './types';

export const databaseActions: readonly ActionNote[] = [
  ...feature('Database inventory', [
    [
      'rds:DescribeDBInstances',
      'Database ids, class, engine, storage, address, master user name and tags',
      'A user name; a password that is being changed shows as asterisks; logs are not granted',
    ],
    [
      'rds:DescribeDBClusters',
      'Cluster ids, engine, members, storage, addresses and master user name',
      'A user name; a password that is being changed shows as asterisks; the data API is not granted',
    ],
  ]),
  ...feature('Database snapshots', [
    [
      'rds:DescribeDBSnapshots',
      'Snapshot ids, sizes, dates, engine and master user name',
      'Sizes and dates; restoring or copying is not granted',
    ],
    [
      'rds:DescribeDBClusterSnapshots',
      'Cluster snapshot ids, sizes, dates and master user name',
      'Sizes and dates; exporting a snapshot is not granted',
    ],
    [
      'rds:DescribeDBInstanceAutomatedBackups',
      'Automatic backups: database id, days kept, size and restore window',
      'Dates and sizes; restoring from them is not granted',
    ],
  ]),
  ...feature('Database inventory', [
    [
      'rds:DescribeGlobalClusters',
      'Global cluster ids, engine, and members by region',
      'Ids and engine versions; no row is read',
    ],
  ]),
  ...feature('Reservation cover', [
    [
      'rds:DescribeReservedDBInstances',
      'Reserved databases: class, count, term, price and start date',
      'Terms of the contract with AWS; databases are not named',
    ],
  ]),
  ...feature('Cost by team and project', [
    tagsOf('rds:ListTagsForResource', 'a database, cluster or snapshot', 'no row is read'),
  ]),
  ...feature('Cache inventory', [
    [
      'elasticache:DescribeCacheClusters',
      'Cluster ids, node type, engine, addresses and zones',
      'Says whether a password is set, never which; cached data is not reachable',
    ],
    [
      'elasticache:DescribeReplicationGroups',
      'Group ids, node type, shards, addresses and user group ids',
      'Ids of user groups; users and passwords are not granted',
    ],
    [
      'elasticache:DescribeServerlessCaches',
      'Names, engine, usage limits, addresses and state',
      'Limits and names; no key and no value is read',
    ],
    [
      'elasticache:DescribeSnapshots',
      'Snapshot names, sizes, dates and source cluster',
      'Sizes and dates; exporting a snapshot is not granted',
    ],
  ]),
  ...feature('Reservation cover', [
    [
      'elasticache:DescribeReservedCacheNodes',
      'Reserved cache nodes: type, count, term, price and start date',
      'Terms of the contract with AWS; clusters are not named',
    ],
  ]),
  ...feature('Cache inventory', [
    tagsOf('elasticache:ListTagsForResource', 'a cache or snapshot', 'cached data is not reachable'),
    [
      'memorydb:DescribeClusters',
      'Cluster names, node type, shards, address and access list name',
      'Name of the access list; its users are not granted',
    ],
    [
      'memorydb:DescribeSnapshots',
      'Snapshot names, source cluster, shards and state',
      'Names and settings; copying a snapshot is not granted',
    ],
    [
      'memorydb:DescribeReservedNodes',
      'Reserved MemoryDB nodes: type, count, term and price',
      'Terms of the contract with AWS; data is not reachable',
    ],
    tagsOf('memorydb:ListTags', 'a MemoryDB cluster or snapshot', 'stored data is not reachable'),
  ]),
  ...feature('Table inventory', [
    ['dynamodb:ListTables', 'Names of the DynamoDB tables', 'Names that you chose; items are not granted'],
    [
      'dynamodb:DescribeTable',
      'Key names, indexes, capacity, size and item count of a table',
      'Names of key attributes, not their values; get, query and scan are not granted',
    ],
    [
      'dynamodb:DescribeContinuousBackups',
      'Whether point-in-time recovery is on, and its window',
      'Settings and dates; restoring is not granted',
    ],
    [
      'dynamodb:ListBackups',
      'Names, sizes, dates and tables of the backups',
      'Sizes and dates; no item is read',
    ],
  ]),
  ...feature('Reservation cover', [
    [
      'dynamodb:DescribeReservedCapacity',
      'Reserved DynamoDB capacity: amount, term and price',
      'Terms of the contract with AWS; tables are not named',
    ],
  ]),
  ...feature('Table inventory', [
    tagsOf('dynamodb:ListTagsOfResource', 'a DynamoDB table', 'items are not granted'),
  ]),
  ...feature('Cache inventory', [
    [
      'dax:DescribeClusters',
      'DAX cluster names, node type, nodes and addresses',
      'Sizes and addresses; reading items through it is not granted',
    ],
    tagsOf('dax:ListTags', 'a DAX cluster', 'items are not granted'),
  ]),
  ...feature('Database inventory', [
    [
      'docdb-elastic:ListClusters',
      'Names, ids and state of the elastic DocumentDB clusters',
      'Names and states; no document is read',
    ],
    [
      'neptune-graph:ListGraphs',
      'Names, memory, address and state of the graphs',
      'Sizes and states; queries are not granted',
    ],
    [
      'timestream-influxdb:ListDbInstances',
      'Names, class, storage, address and state of the InfluxDB databases',
      'Sizes and addresses; tokens and passwords are not part of it',
    ],
    [
      'dsql:ListClusters',
      'Ids of the Aurora DSQL clusters',
      'Ids only; connecting is another action, which is not granted',
    ],
  ]),
  ...feature('Data warehouse inventory', [
    [
      'redshift:DescribeClusters',
      'Cluster ids, node type and count, address, database and master user name',
      'A user name; a password that is being changed shows as asterisks; credentials are not granted',
    ],
    [
      'redshift:DescribeClusterSnapshots',
      'Snapshot ids, sizes, dates and master user name',
      'Sizes and dates; restoring is not granted',
    ],
  ]),
  ...feature('Reservation cover', [
    [
      'redshift:DescribeReservedNodes',
      'Reserved warehouse nodes: type, count, term and price',
      'Terms of the contract with AWS; no query is read',
    ],
  ]),
  ...feature('Data warehouse inventory', [
    tagsOf('redshift:DescribeTags', 'a warehouse cluster or snapshot', 'tables and queries are not granted'),
    [
      'redshift-serverless:ListWorkgroups',
      'Workgroup names, capacity, address, settings and network ids',
      'Capacity and settings; credentials are not granted',
    ],
    [
      'redshift-serverless:ListNamespaces',
      'Namespace names, database and admin user name, key id and role names',
      'May name a secret by its id; the secret cannot be read',
    ],
    tagsOf(
      'redshift-serverless:ListTagsForResource',
      'a serverless warehouse',
      'tables and queries are not granted',
    ),
  ]),
  ...feature('Database migration inventory', [
    [
      'dms:DescribeReplicationInstances',
      'Replication instances: class, storage, addresses and state',
      'Endpoints, which hold user names and settings, are not granted',
    ],
    tagsOf('dms:ListTagsForResource', 'a replication instance', 'migrated data is not reachable'),
  ]),
];
