import { describe, expect, it } from 'vitest';
import { collectors } from '../../../src/aws/collectors/registry';
import { taggedResources } from '../../../src/aws/collectors/tagged-resources';
import type { Calls } from '../../../src/aws/collectors/types';
import { actionsOf, defaultGroupIds } from '../../../src/aws/permissions';
import { SESSION_POLICY_MAX_LENGTH, sessionPolicyFor } from '../../../src/aws/session-policy';
import { personalDataActions, sensitiveActions } from '../../fixtures/iam/template-tools';
import { fakeAws } from './collectors-fake';
import { ACCOUNT, REGION } from './collectors-samples';

const all = [...collectors, taggedResources];
const place = { accountId: ACCOUNT, region: REGION, partition: 'aws' };

/** Words in a field's name that say it could hold what people wrote, or what opens something. */
const UNSAFE =
  /user|environment|^env|variable|polic(?!y\.supportType)|descri|message|endpoint|dns|domain(?!name)|password|passwd|secret|token|credential|launch(?!time|type)|comment|keyname|keypair|certificate|content|body|parameter|definition|origin(?!al)|header|publicip|privateip|ipv[46]|email|mail|owner|reason|event|configuration|option|script|command|subscription|alias/i;
// Reviewed: names and kinds that the words above stand in by chance.
const REVIEWED = ['ClusterConfig.', 'EBSOptions.VolumeType', 'EBSOptions.VolumeSize'];

const isUnsafe = (path: string) => UNSAFE.test(path) && !REVIEWED.some((known) => path.startsWith(known));

describe('what the collectors may call', () => {
  it('is granted by the template as customers get it, and reads no data and no person', () => {
    const granted = actionsOf(defaultGroupIds);
    const refused = [...sensitiveActions, ...personalDataActions].map((action) => action.toLowerCase());
    for (const { type, actions } of all) {
      expect(actions.length, type).toBeGreaterThan(0);
      for (const action of actions) {
        expect(granted, `${type} calls ${action}`).toContain(action);
        expect(refused, `${type} calls ${action}`).not.toContain(action.toLowerCase());
      }
    }
  });

  it('is all that the session of an inventory may do, and the regions', () => {
    const policy: unknown = JSON.parse(sessionPolicyFor('inventory'));
    const every = new Set([
      'ec2:DescribeRegions',
      ...all.flatMap(({ actions }) => actions),
      'tag:GetResources',
    ]);
    expect(policy).toMatchObject({ Statement: [{ Effect: 'Allow', Resource: '*' }] });
    expect(policy).toHaveProperty('Statement.0.Action', expect.arrayContaining([...every]));
    expect(policy).toHaveProperty('Statement.0.Action.length', every.size);
    expect(sessionPolicyFor('inventory').length).toBeLessThanOrEqual(SESSION_POLICY_MAX_LENGTH);
  });

  it('never lists functions or distributions, whose answers hold secrets', () => {
    const every = all.flatMap(({ actions }) => actions);
    expect(every).toContain('ec2:DescribeInstances');
    expect(every.filter((action) => /^(lambda|cloudfront):/.test(action))).toEqual([]);
  });

  it.each(all.map((collector) => [collector.type, collector] as const))(
    '%s calls what it declares and nothing else',
    async (_type, collector) => {
      const { clientFor, actions } = fakeAws();
      const calls: Calls = { sendTo: (service, make) => clientFor(service, make, REGION) };
      for await (const _page of collector.pages(calls, place));
      expect([...new Set(actions)].sort()).toEqual([...collector.actions].sort());
    },
  );

  it('covers each type once', () => {
    const types = collectors.flatMap(({ covers }) => covers);
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) expect(type).toMatch(/^[a-z0-9-]+:[a-z-]+(\/[a-z]+)?$/);
  });
});

describe('what the collectors keep', () => {
  it('has no name that could hold user data, secrets, environment or text of people', () => {
    for (const { type, keeps } of all) {
      expect(keeps.length, type).toBeGreaterThan(0);
      expect(keeps.filter(isUnsafe), type).toEqual([]);
    }
  });

  it.each([
    'UserData',
    'Environment.Variables',
    'MasterUsername',
    'Description',
    'AccessPolicies',
    'Endpoint.Address',
    'taskDefinition',
    'events.message',
    'LaunchConfigurationName',
    'Origins.Items',
    'KeyName',
    'StateReason.Message',
    'PublicIp',
  ])('would refuse %s', (path) => {
    expect(isUnsafe(path)).toBe(true);
  });

  // A change of this file is a change of what leaves the customer's account: review it, then run vitest with -u.
  it('matches the reviewed list of fields', async () => {
    const lines = all.map(({ type, keeps }) => `${type}\n${keeps.map((path) => `  ${path}`).join('\n')}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('collectors-kept-fields.lock.txt');
  });
});
