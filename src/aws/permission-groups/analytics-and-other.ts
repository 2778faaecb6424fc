import { analyticsActions } from './analytics-actions';
import { inventoryActions, otherActions } from './other-actions';
import { statement, type PermissionGroup } from './types';

export const analyticsGroup: PermissionGroup = {
  id: 'resources-analytics',
  parameter: 'ReadAnalytics',
  title: 'Analytics and machine learning resources',
  purpose: 'Lists streams, search domains, clusters, jobs and models, never the data they process',
  withoutIt: 'Without it analytics cost is shown by service, not by resource',
  default: true,
  statements: [statement('Analytics', analyticsActions)],
};

export const otherGroup: PermissionGroup = {
  id: 'resources-other',
  parameter: 'ReadOther',
  title: 'Other resources and inventory',
  purpose: 'Lists queues, topics, log groups, keys and the resource inventory of the account',
  withoutIt: 'Without it smaller services are shown by service, not by resource',
  default: true,
  statements: [statement('Inventory', inventoryActions), statement('Other', otherActions)],
};
