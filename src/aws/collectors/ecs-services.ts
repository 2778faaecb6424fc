import { DescribeServicesCommand, ECSClient, ListServicesCommand, type Service } from '@aws-sdk/client-ecs';
import { defineCollector } from './collector';
import { ecsClusterArns } from './ecs-clusters';
import { inBatches, paged } from './listing';
import type { Send } from './types';

// AWS describes no more than ten services a call.
const BATCH = 10;

async function* servicesOf(call: Send<ECSClient>, cluster: string): AsyncGenerator<readonly Service[]> {
  const names = paged(call, 'ecs:ListServices', async (client, token) => {
    const page = await client.send(new ListServicesCommand({ cluster, maxResults: 100, nextToken: token }));
    return { items: page.serviceArns, next: page.nextToken };
  });
  for await (const arns of names) {
    for (const services of inBatches(arns, BATCH)) {
      const command = new DescribeServicesCommand({ cluster, services, include: ['TAGS'] });
      yield (await call((client) => client.send(command), 'ecs:DescribeServices')).services ?? [];
    }
  }
}

async function* services(call: Send<ECSClient>): AsyncGenerator<readonly Service[]> {
  for await (const clusters of ecsClusterArns(call)) {
    for (const cluster of clusters) yield* servicesOf(call, cluster);
  }
}

export const ecsServices = defineCollector({
  type: 'ecs:service',
  service: 'ECS',
  client: (settings) => new ECSClient(settings),
  actions: ['ecs:ListClusters', 'ecs:ListServices', 'ecs:DescribeServices'],
  tags: 'in-answer',
  list: services,
  keeps: [
    'serviceArn',
    'serviceName',
    'clusterArn',
    'status',
    'launchType',
    'desiredCount',
    'runningCount',
    'createdAt',
    'loadBalancers.targetGroupArn',
    'tags.key',
    'tags.value',
  ],
  map(service) {
    if (!service.serviceArn || !service.serviceName) return null;
    const targets = (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
    return {
      arn: service.serviceArn,
      id: service.serviceName,
      createdAt: service.createdAt,
      state: service.status,
      tags: Object.fromEntries((service.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
      attributes: {
        launchType: service.launchType,
        desiredCount: service.desiredCount,
        runningCount: service.runningCount,
      },
      relatedArns: [...(service.clusterArn ? [service.clusterArn] : []), ...targets],
    };
  },
});
