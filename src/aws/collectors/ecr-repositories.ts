import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { defineCollector } from './collector';
import { paged } from './listing';

export const ecrRepositories = defineCollector({
  type: 'ecr:repository',
  service: 'ECR',
  client: (settings) => new ECRClient(settings),
  actions: ['ecr:DescribeRepositories'],
  tags: 'by-arn',
  list: (call) =>
    paged(call, 'ecr:DescribeRepositories', async (client, token) => {
      const page = await client.send(new DescribeRepositoriesCommand({ maxResults: 1000, nextToken: token }));
      return { items: page.repositories, next: page.nextToken };
    }),
  keeps: ['repositoryArn', 'repositoryName', 'imageTagMutability', 'createdAt'],
  map(repository) {
    if (!repository.repositoryArn || !repository.repositoryName) return null;
    return {
      arn: repository.repositoryArn,
      id: repository.repositoryName,
      createdAt: repository.createdAt,
      attributes: { imageTagMutability: repository.imageTagMutability },
    };
  },
});
