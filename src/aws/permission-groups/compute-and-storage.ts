import { computeActions } from './compute-actions';
import { storageActions } from './storage-actions';
import { statement, type PermissionGroup } from './types';

export const computeGroup: PermissionGroup = {
  id: 'resources-compute',
  parameter: 'ReadCompute',
  title: 'Compute resources',
  purpose: 'Lists servers, containers and their sizes',
  withoutIt: 'Without it compute cost is shown by service, not by resource',
  default: true,
  statements: [statement('Compute', computeActions)],
};

export const storageGroup: PermissionGroup = {
  id: 'resources-storage',
  parameter: 'ReadStorage',
  title: 'Storage resources',
  purpose: 'Lists buckets, disks, snapshots, file systems and backups, never what they hold',
  withoutIt: 'Without it storage cost is shown by service, not by resource',
  default: true,
  statements: [statement('Storage', storageActions)],
};
