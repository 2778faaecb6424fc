import { AwsError, xml } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { element, parent } from '../http/xml';
import type { ServiceContext } from './service';

const BY_DEFAULT = 'opt-in-not-required';
const REGIONS: [name: string, status: string][] = [
  ...[
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-southeast-1',
    'ap-southeast-2',
    'ca-central-1',
    'eu-central-1',
    'eu-north-1',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'sa-east-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ].map((name): [string, string] => [name, BY_DEFAULT]),
  ['eu-south-1', 'opted-in'],
  ['af-south-1', 'not-opted-in'],
  ['ap-east-1', 'not-opted-in'],
  ['eu-central-2', 'not-opted-in'],
  ['me-south-1', 'not-opted-in'],
];

export async function ec2(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  if (request.action !== 'DescribeRegions') {
    throw new AwsError('InvalidAction', `The action ${request.action} is not valid for this web service.`);
  }
  const caller = callerOf(request);
  const question = { action: 'ec2:DescribeRegions', resource: '*', resourceAccountId: caller.accountId };
  await context.authorizer.require(caller, question, 'ec2');
  const wanted = [...request.form].filter(([key]) => key.startsWith('RegionName.')).map(([, value]) => value);
  const unknown = wanted.find((name) => !REGIONS.some(([known]) => known === name));
  if (unknown !== undefined) {
    throw new AwsError('InvalidParameterValue', `Invalid region name: ${unknown}`);
  }
  const all = request.form.get('AllRegions') === 'true';
  const shown = REGIONS.filter(([, status]) => all || status !== 'not-opted-in').filter(
    ([name]) => wanted.length === 0 || wanted.includes(name),
  );
  const items = shown.map(([name, status]) =>
    parent(
      'item',
      element('regionName', name) +
        element('regionEndpoint', `ec2.${name}.amazonaws.com`) +
        element('optInStatus', status),
    ),
  );
  const body = element('requestId', request.requestId) + parent('regionInfo', items.join(''));
  return xml(
    200,
    `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</DescribeRegionsResponse>`,
  );
}
