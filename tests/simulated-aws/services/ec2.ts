import { AwsError, xml } from '../http/aws-error';
import type { WireResponse } from '../http/aws-error';
import { callerOf } from '../http/aws-request';
import type { AwsRequest } from '../http/aws-request';
import { element, parent } from '../http/xml';
import { ec2Resources } from './inventory/ec2-resources';
import { REGIONS, requireEnabled } from './regions';
import type { ServiceContext } from './service';

export async function ec2(request: AwsRequest, context: ServiceContext): Promise<WireResponse> {
  requireEnabled(request.region);
  if (request.action !== 'DescribeRegions') return ec2Resources(request, context);
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
