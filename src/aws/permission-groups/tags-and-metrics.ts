import { metricActions, tagActions } from './other-actions';
import { statement, type PermissionGroup } from './types';

export const tagsGroup: PermissionGroup = {
  id: 'tags',
  parameter: 'ReadTags',
  title: 'Tags',
  purpose: 'Finds resources by tag, and shows which are not tagged',
  withoutIt: 'Without it resources cannot be grouped by team or project',
  default: true,
  statements: [statement('Tags', tagActions)],
};

export const metricsGroup: PermissionGroup = {
  id: 'resources-metrics',
  parameter: 'ReadMetrics',
  title: 'Usage metrics',
  purpose: 'Reads CloudWatch metrics to see how busy a resource is',
  withoutIt: 'Without it idle resources cannot be found',
  default: true,
  statements: [statement('Metrics', metricActions)],
};
