import { xml } from '../../http/aws-error';
import type { WireResponse } from '../../http/aws-error';
import { element, parent } from '../../http/xml';
import type { SimResource } from '../../world/resources';
import { createdAt, inventoryService, lastPart, pageOf } from './inventory-service';
import type { Asked, InventoryOperation } from './inventory-service';

const items = (name: string, contents: readonly string[]): string =>
  parent(name, contents.map((content) => parent('item', content)).join(''));

const tagSet = ({ tags }: SimResource): string =>
  items(
    'tagSet',
    Object.entries(tags).map(([key, value]) => element('key', key) + element('value', value)),
  );

const made = (name: string, resource: SimResource): string =>
  element(name, createdAt(resource).toISOString());

function answer(asked: Asked, set: string, contents: readonly string[], next?: string): WireResponse {
  const { action, requestId } = asked.request;
  const body = element('requestId', requestId) + items(set, contents) + element('nextToken', next);
  return xml(
    200,
    `<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${body}</${action}Response>`,
  );
}

function listing(type: string, set: string, item: (resource: SimResource, asked: Asked) => string) {
  return (asked: Asked): WireResponse => {
    const { form } = asked.request;
    const limit = Number(form.get('MaxResults') ?? 1000);
    const page = pageOf(asked.here(type), limit, form.get('NextToken') ?? undefined);
    return answer(
      asked,
      set,
      page.items.map((resource) => item(resource, asked)),
      page.next,
    );
  };
}

/** An instance was stopped and started since it was made; its first network interface was not. */
function instance(resource: SimResource, asked: Asked): string {
  const restarted = new Date(createdAt(resource).getTime() + 3_600_000).toISOString();
  const attachment = element('deviceIndex', 0) + made('attachTime', resource) + element('status', 'attached');
  const fields =
    element('instanceId', resource.id) +
    element('instanceType', resource.attributes.instanceType) +
    parent('instanceState', element('code', 16) + element('name', 'running')) +
    element('privateDnsName', `ip-10-0-0-1.${resource.region}.compute.internal`) +
    element('keyName', 'operations') +
    element('launchTime', restarted) +
    element('architecture', 'x86_64') +
    element('platformDetails', 'Linux/UNIX') +
    parent('placement', element('availabilityZone', resource.zone) + element('tenancy', 'default')) +
    items('networkInterfaceSet', [parent('attachment', attachment)]) +
    tagSet(resource);
  return (
    element('reservationId', resource.id.replace('i-', 'r-')) +
    element('ownerId', asked.accountId) +
    items('instancesSet', [fields])
  );
}

function volume(resource: SimResource): string {
  const instanceId = lastPart(resource.relatedArns[0]);
  const attachment = element('instanceId', instanceId) + element('status', 'attached');
  return (
    element('volumeId', resource.id) +
    element('size', resource.attributes.sizeGiB) +
    element('volumeType', resource.attributes.volumeType) +
    element('availabilityZone', resource.zone) +
    element('status', instanceId ? 'in-use' : 'available') +
    made('createTime', resource) +
    items('attachmentSet', instanceId ? [attachment] : []) +
    element('encrypted', true) +
    tagSet(resource)
  );
}

function snapshot(resource: SimResource, asked: Asked): string {
  return (
    element('snapshotId', resource.id) +
    element('volumeId', lastPart(resource.relatedArns[0]) ?? 'vol-ffffffff') +
    element('volumeSize', resource.attributes.sizeGiB) +
    element('status', 'completed') +
    element('description', 'Made before the customer list was moved') +
    made('startTime', resource) +
    element('ownerId', asked.accountId) +
    element('storageTier', 'standard') +
    tagSet(resource)
  );
}

/** An address whose instance is gone is nobody's. */
function address(resource: SimResource, asked: Asked): string {
  const user = asked.all.find(({ arn }) => resource.relatedArns.includes(arn));
  const association = user
    ? element('associationId', resource.id.replace('eipalloc', 'eipassoc')) + element('instanceId', user.id)
    : '';
  return (
    element('publicIp', '198.51.100.7') +
    element('allocationId', resource.id) +
    element('domain', 'vpc') +
    association +
    tagSet(resource)
  );
}

function natGateway(resource: SimResource): string {
  return (
    element('natGatewayId', resource.id) +
    element('state', 'available') +
    element('connectivityType', resource.attributes.connectivityType) +
    made('createTime', resource) +
    element('vpcId', 'vpc-0f5e2b1c7d9a86340') +
    tagSet(resource)
  );
}

const snapshots = listing('ec2:snapshot', 'snapshotSet', snapshot);

/** AWS owns thousands of public snapshots; only those of the caller are in this world. */
const ownSnapshots: InventoryOperation = (asked) => {
  const owner = asked.request.form.get('Owner.1');
  return owner === 'self' || owner === asked.accountId ? snapshots(asked) : answer(asked, 'snapshotSet', []);
};

export const ec2Resources = inventoryService('ec2', {
  DescribeInstances: listing('ec2:instance', 'reservationSet', instance),
  DescribeVolumes: listing('ec2:volume', 'volumeSet', volume),
  DescribeSnapshots: ownSnapshots,
  DescribeAddresses: (asked) =>
    answer(
      asked,
      'addressesSet',
      asked.here('ec2:elastic-ip').map((resource) => address(resource, asked)),
    ),
  DescribeNatGateways: listing('ec2:natgateway', 'natGatewaySet', natGateway),
});
