import type { RawRequest } from './aws-request';

const ROUTES: Record<string, readonly [method: string, path: RegExp, action: string][]> = {
  eks: [
    ['GET', /^\/clusters$/, 'ListClusters'],
    ['GET', /^\/clusters\/[^/]+$/, 'DescribeCluster'],
  ],
  elasticfilesystem: [['GET', /^\/2015-02-01\/file-systems\/?$/, 'DescribeFileSystems']],
  es: [
    ['GET', /^\/2021-01-01\/domain$/, 'ListDomainNames'],
    ['POST', /^\/2021-01-01\/opensearch\/domain-info$/, 'DescribeDomains'],
  ],
};

/** Whether a service names its operations by method and path. */
export const isRestService = (service: string): boolean => Object.hasOwn(ROUTES, service);

/** The action that method and path of a REST service stand for. */
export function restAction(service: string, { method, path }: RawRequest): string {
  const route = ROUTES[service]?.find(([verb, pattern]) => verb === method && pattern.test(path));
  return route?.[2] ?? `${method} ${path}`;
}
