import { databaseActions } from './database-actions';
import { networkActions } from './network-actions';
import { statement, type PermissionGroup } from './types';

export const databaseGroup: PermissionGroup = {
  id: 'resources-database',
  parameter: 'ReadDatabase',
  title: 'Database resources',
  purpose: 'Lists databases, caches, their snapshots and reservations, never what they hold',
  withoutIt: 'Without it database cost is shown by service, not by resource',
  default: true,
  statements: [statement('Database', databaseActions)],
};

export const networkGroup: PermissionGroup = {
  id: 'resources-network',
  parameter: 'ReadNetwork',
  title: 'Network resources',
  purpose: 'Lists gateways, addresses, load balancers and connections',
  withoutIt: 'Without it network cost is shown by service, not by resource',
  default: true,
  statements: [statement('Network', networkActions)],
};
