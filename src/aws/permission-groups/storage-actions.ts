import { feature, tagsOf, type ActionNote } from './types';

// Left out on purpose: everything that reads or lists objects (s3:GetObject, s3:ListBucket,
// s3:ListBucketMultipartUploads, ecr:BatchGetImage, ebs:ListSnapshotBlocks).
export const storageActions: readonly ActionNote[] = [
  ...feature('Disks and snapshots', [
    [
      'ec2:DescribeVolumes',
      'Disk ids, sizes, types, state, the server each is attached to, and tags',
      'Sizes and ids; no block of a disk is read',
    ],
    [
      'ec2:DescribeSnapshots',
      'Snapshot ids, sizes, dates, descriptions and tags',
      'Descriptions that you wrote; the blocks of a snapshot are not granted',
    ],
    [
      'ec2:DescribeSnapshotTierStatus',
      'Which snapshots are archived, and since when',
      'States and dates only',
    ],
    [
      'ec2:DescribeFastSnapshotRestores',
      'Snapshots and zones where fast restore is paid for',
      'Ids and states; nothing can be restored',
    ],
  ]),
  ...feature('Bucket inventory', [
    [
      's3:ListAllMyBuckets',
      'Names and dates of the buckets, and id of their owner',
      'Names that you chose; listing and reading files is not granted',
    ],
    ['s3:GetBucketLocation', 'The region of a bucket', 'One word by bucket'],
    tagsOf('s3:GetBucketTagging', 'a bucket', 'tags of files are another action, which is not granted'),
  ]),
  ...feature('Savings advice for storage', [
    [
      's3:GetBucketVersioning',
      'Whether a bucket keeps old versions of files',
      'One setting; no file is listed',
    ],
    [
      's3:GetLifecycleConfiguration',
      'Rules that move or delete files by age, with folder names and tag filters',
      'Rules with folder names that you wrote; no file is listed',
    ],
    [
      's3:GetIntelligentTieringConfiguration',
      'Rules of intelligent tiering, with folder names',
      'Settings of one storage class',
    ],
    [
      's3:GetMetricsConfiguration',
      'Which folders of a bucket are measured',
      'Filters only; the numbers come from CloudWatch',
    ],
  ]),
  ...feature('Bucket inventory', [
    [
      's3express:ListAllMyDirectoryBuckets',
      'Names and dates of the directory buckets',
      'Names only; opening a session on one is a write action',
    ],
    [
      's3tables:ListTableBuckets',
      'Names, ids and dates of the table buckets',
      'Names only; tables and their rows are not granted',
    ],
  ]),
  ...feature('File system inventory', [
    [
      'elasticfilesystem:DescribeFileSystems',
      'Ids, names, sizes by storage class, throughput and tags',
      'Sizes and settings; files cannot be reached through this action',
    ],
    [
      'elasticfilesystem:DescribeLifecycleConfiguration',
      'After how many days files move to cheaper storage',
      'Numbers of days only',
    ],
    tagsOf('elasticfilesystem:ListTagsForResource', 'a file system', 'mounting it is not granted'),
    [
      'fsx:DescribeFileSystems',
      'Ids, types, sizes, addresses, and directory domain with its service user name',
      'AWS blanks out every password; files are not reachable',
    ],
    [
      'fsx:DescribeVolumes',
      'Ids, names, sizes, paths and tiering of the volumes',
      'Sizes and path names; no file is listed',
    ],
    [
      'fsx:DescribeBackups',
      'Ids, types, dates and state of file system backups',
      'Dates and states; restoring is not granted',
    ],
    tagsOf('fsx:ListTagsForResource', 'a file system, volume or backup', 'files are not reachable'),
  ]),
  ...feature('Backup inventory', [
    [
      'backup:ListBackupVaults',
      'Names, key ids and counts of the backup vaults',
      'Counts of backups; access policies are not granted',
    ],
    [
      'backup:ListBackupPlans',
      'Names, ids and dates of the backup plans',
      'Names only; the rules are another action',
    ],
    [
      'backup:ListProtectedResources',
      'Ids and kinds of resources that have backups, with the last time',
      'Ids and dates only',
    ],
    [
      'backup:ListRecoveryPointsByBackupVault',
      'Backups in a vault: resource id, size, dates and storage class',
      'Sizes and dates; starting a restore is not granted',
    ],
    tagsOf('backup:ListTags', 'a vault, plan or backup', 'what was backed up cannot be read'),
    [
      'glacier:ListVaults',
      'Names, sizes and counts of the Glacier vaults',
      'Sizes only; archives cannot be fetched or listed',
    ],
    tagsOf('glacier:ListTagsForVault', 'a Glacier vault', 'archives cannot be fetched'),
  ]),
  ...feature('Container image inventory', [
    [
      'ecr:DescribeRepositories',
      'Names, ids, dates and settings of the image repositories',
      'Names that you chose; layers are not granted',
    ],
    [
      'ecr:DescribeImages',
      'Digests, tags, sizes and dates of images, and counts of scan findings',
      'Counts by severity, not the findings; images cannot be pulled',
    ],
    [
      'ecr:GetLifecyclePolicy',
      'Rules that delete old images, by age, count and tag prefix',
      'Rules only; who may pull is another action, which is not granted',
    ],
    tagsOf('ecr:ListTagsForResource', 'an image repository', 'images cannot be pulled'),
  ]),
];
