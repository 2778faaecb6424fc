import {
  DescribeDomainsCommand,
  ListDomainNamesCommand,
  OpenSearchClient,
  type DomainStatus,
} from '@aws-sdk/client-opensearch';
import { defineCollector } from './collector';
import { inBatches, paged } from './listing';
import type { Send } from './types';

// AWS describes no more than five domains a call.
const BATCH = 5;

async function* domains(call: Send<OpenSearchClient>): AsyncGenerator<readonly DomainStatus[]> {
  const names = paged(call, 'es:ListDomainNames', async (client) => {
    const { DomainNames = [] } = await client.send(new ListDomainNamesCommand({}));
    return { items: DomainNames.flatMap(({ DomainName }) => DomainName ?? []), next: undefined };
  });
  for await (const page of names) {
    for (const DomainNames of inBatches(page, BATCH)) {
      const command = new DescribeDomainsCommand({ DomainNames });
      yield (await call((client) => client.send(command), 'es:DescribeDomains')).DomainStatusList ?? [];
    }
  }
}

function stateOf(domain: DomainStatus): string {
  if (domain.Deleted) return 'deleting';
  return domain.Created ? 'active' : 'creating';
}

export const opensearchDomains = defineCollector({
  type: 'es:domain',
  service: 'OpenSearch',
  client: (settings) => new OpenSearchClient(settings),
  actions: ['es:ListDomainNames', 'es:DescribeDomains'],
  tags: 'by-arn',
  list: domains,
  keeps: [
    'ARN',
    'DomainName',
    'Created',
    'Deleted',
    'EngineVersion',
    'ClusterConfig.InstanceType',
    'ClusterConfig.InstanceCount',
    'ClusterConfig.DedicatedMasterType',
    'ClusterConfig.DedicatedMasterCount',
    'EBSOptions.VolumeType',
    'EBSOptions.VolumeSize',
  ],
  map(domain) {
    if (!domain.ARN || !domain.DomainName) return null;
    return {
      arn: domain.ARN,
      id: domain.DomainName,
      state: stateOf(domain),
      attributes: {
        engineVersion: domain.EngineVersion,
        instanceType: domain.ClusterConfig?.InstanceType,
        instances: domain.ClusterConfig?.InstanceCount,
        masterType: domain.ClusterConfig?.DedicatedMasterType,
        masters: domain.ClusterConfig?.DedicatedMasterCount,
        volumeType: domain.EBSOptions?.VolumeType,
        storageGiBPerNode: domain.EBSOptions?.VolumeSize,
      },
    };
  },
});
