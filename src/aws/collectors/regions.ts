import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import type { ClientFor } from './types';

/** The regions that are switched on in the account, as one of them tells. Throws AwsError. */
export async function enabledRegions(clientFor: ClientFor, askedIn: string): Promise<string[]> {
  const send = clientFor('EC2', (settings) => new EC2Client(settings), askedIn);
  const { Regions = [] } = await send(
    (client) => client.send(new DescribeRegionsCommand({ AllRegions: false })),
    'ec2:DescribeRegions',
  );
  return Regions.flatMap(({ RegionName }) => RegionName ?? []).sort();
}
