import { runSimulation } from '@cloud-copilot/iam-simulate';
import { describe, expect, it } from 'vitest';
import { actionsOf, allGroupIds, permissionGroups, ROLE_NAME } from '../../../src/aws/permissions';
import { PREFIX_MAX_LENGTH } from '../../../src/aws/permission-groups/stack-parameters';
import { renderTemplate, stackParameters } from '../../../src/aws/render-template';
import { checkTemplate } from '../../fixtures/iam/template-checker';
import { asObject, committedTemplate, parseTemplate, resolveRole } from '../../fixtures/iam/template-tools';

const text = renderTemplate();
const template = parseTemplate(text);
const externalId = 'bv-0123456789abcdef';
const collectorRoleArn = 'arn:aws:iam::111122223333:role/BelvedereCollector';
const billingExport = { bucket: 'acme-billing', prefix: 'exports/daily' };

const roleFor = (groups: typeof allGroupIds) =>
  resolveRole(
    template,
    Object.fromEntries(stackParameters({ externalId, collectorRoleArn, groups, billingExport })),
  );

const inlineSize = (role: ReturnType<typeof roleFor>): number =>
  role.policies.reduce((sum, policy) => sum + JSON.stringify(policy.document).length, 0);

async function replaced(from: string, to: string): Promise<string[]> {
  if (!text.includes(from)) throw new Error(`Not in the template: ${from}`);
  return checkTemplate(text.replace(from, () => to));
}

describe('rendered template', () => {
  it('T16 passes every static check', async () => {
    expect(await checkTemplate(text)).toEqual([]);
  });

  it('T16 reports a template that was made bad', async () => {
    const trust = 'the trust policy is not the one exact statement';
    const idLines = '                sts:ExternalId:\n                  Ref: ExternalId';
    expect(
      await replaced('StringEquals:\n                sts:', 'StringLike:\n                sts:'),
    ).toEqual(expect.arrayContaining([trust, 'condition operator StringLike is not wanted']));
    expect(
      await replaced('StringEquals:\n                sts:', 'StringEqualsIfExists:\n                sts:'),
    ).toEqual(expect.arrayContaining([trust, 'condition operator StringEqualsIfExists is not wanted']));
    expect(
      await replaced(
        'StringEquals:\n                sts:',
        'ForAllValues:StringEquals:\n                sts:',
      ),
    ).toContain(trust);
    expect(await replaced(idLines, "                aws:SourceAccount: 'x'")).toContain(trust);
    expect(await replaced('AWS:\n                Ref: CollectorRoleArn', "AWS: '*'")).toContain(trust);
    expect(await replaced('Action: sts:AssumeRole', "Action: 'sts:*'")).toContain(trust);
    expect(await replaced('- ce:GetCostAndUsage\n', '- iam:PassRole\n')).toEqual([
      'iam:PassRole: access level Write',
    ]);
    expect(await replaced('- ce:GetCostAndUsage\n', '- s3:GetObject\n')).toEqual([
      's3:GetObject: reads sensitive data',
    ]);
    expect(await replaced('- ce:GetCostAndUsage\n', "- 'ce:*'\n")).toEqual(['ce:*: wildcard']);
    expect(await replaced('Action:\n                  - ce', 'NotAction:\n                  - ce')).toEqual(
      expect.arrayContaining(['NotAction is not wanted', 'no actions']),
    );
    expect(await replaced('MaxSessionDuration', 'MaxSessionTime')).toEqual([
      'Role: property MaxSessionTime does not exist',
    ]);
    expect(await replaced('AssumeRolePolicyDocument:', 'Path:')).toContain(
      'Role: property AssumeRolePolicyDocument is missing',
    );
    expect(await replaced('Type: AWS::IAM::Role', 'Type: AWS::IAM::User')).toContain(
      'Role: resource type AWS::IAM::User is not wanted',
    );
    expect(await replaced('      RoleName:', '      ManagedPolicyArns: []\n      RoleName:')).toEqual([
      'Role: managed policies grow without review',
    ]);
    expect(await replaced('- ReadTagsIsYes', '- ReadTagsIsOn')).toEqual(['unknown condition ReadTagsIsOn']);
  });

  it('T16 lets the billing export through in its exact shape only', async () => {
    const wide = 's3:GetObject: reads sensitive data';
    expect(await replaced('/${BillingExportPrefix}/*', '/*')).toContain(wide);
    expect(await replaced(':${BillingExportBucket}/', ':*/')).toContain(wide);
    expect(
      await replaced('- s3:GetObject\n', '- s3:GetObject\n                      - s3:GetObjectVersion\n'),
    ).toContain(wide);
    expect(await replaced("'${BillingExportPrefix}/'", "'${BillingExportPrefix}'")).toContain(
      's3:ListBucket: reads sensitive data',
    );
  });

  it('T17 holds no tenant data, and the ExternalId is a parameter with no default', async () => {
    const parameters = asObject(template['Parameters']);
    expect(renderTemplate).toHaveLength(0);
    expect(renderTemplate()).toBe(text);
    expect(asObject(parameters['ExternalId'])).not.toHaveProperty('Default');
    expect(asObject(parameters['ExternalId'])).not.toHaveProperty('NoEcho');
    expect(asObject(parameters['CollectorRoleArn'])).not.toHaveProperty('Default');
    expect(text).not.toMatch(/\d{12}/);
    expect(await replaced('MinLength: 2\n', "MinLength: 2\n    Default: 'x'\n")).toEqual([
      'ExternalId has a default',
    ]);
    expect(await replaced('MinLength: 2\n', 'MinLength: 2\n    NoEcho: true\n')).toEqual([
      'ExternalId is NoEcho',
    ]);
    expect(await replaced('Belvedere: one', '111122223333 one')).toEqual(['holds an account number']);
  });

  it('T17 takes only safe parameter values', () => {
    const pattern = (name: string): RegExp =>
      new RegExp(String(asObject(asObject(template['Parameters'])[name])['AllowedPattern']));
    for (const hostile of ['*', 'a*', 'a?b', '${aws:username}', "a'", 'a"b', 'a\nb', 'a b', 'é', ' ']) {
      if (hostile !== "a'") expect(pattern('BillingExportPrefix').test(hostile), hostile).toBe(false);
      for (const name of ['ExternalId', 'CollectorRoleArn', 'BillingExportBucket']) {
        expect(pattern(name).test(hostile), `${name} ${hostile}`).toBe(false);
      }
    }
    for (const prefix of ['/a', 'a/', 'a//b'])
      expect(pattern('BillingExportPrefix').test(prefix)).toBe(false);
    for (const prefix of ['', 'a', 'exports/daily'])
      expect(pattern('BillingExportPrefix').test(prefix)).toBe(true);
    for (const partition of ['aws', 'aws-us-gov', 'aws-cn']) {
      expect(pattern('CollectorRoleArn').test(`arn:${partition}:iam::111122223333:role/a/b`)).toBe(true);
    }
    for (const arn of [
      'arn:aws:iam::111122223333:root',
      'arn:aws:iam::1:role/a',
      'arn:aws:iam::111122223333:role/*',
    ]) {
      expect(pattern('CollectorRoleArn').test(arn), arn).toBe(false);
    }
  });

  it('is the file in cloudformation/', () => {
    expect(committedTemplate()).toBe(text);
  });

  it('grants exactly the catalogue, in one role with the fixed name', () => {
    const role = asObject(asObject(template['Resources'])['Role']);
    expect(Object.keys(asObject(template['Resources']))).toEqual(['Role']);
    expect(asObject(role['Properties'])['RoleName']).toBe(ROLE_NAME);
    expect(asObject(role['Properties'])['MaxSessionDuration']).toBe(3600);
    expect(roleFor(allGroupIds).policies.map((policy) => policy.name)).toEqual(allGroupIds);
    const granted = roleFor(allGroupIds).policies.flatMap((p) =>
      p.document.Statement.flatMap((s) => s.Action),
    );
    expect(granted).toEqual(actionsOf(allGroupIds));
  });

  it('shows every parameter with a label, once', () => {
    const names = Object.keys(asObject(template['Parameters']));
    const shown = asObject(asObject(template['Metadata'])['AWS::CloudFormation::Interface']);
    const grouped = (shown['ParameterGroups'] as { Parameters: string[] }[]).flatMap(
      (group) => group.Parameters,
    );
    expect([...grouped].sort()).toEqual([...names].sort());
    expect(Object.keys(asObject(shown['ParameterLabels'])).sort()).toEqual([...names].sort());
  });

  it('fits inline with everything on and the longest bucket and folder', () => {
    const longest = { bucket: 'b'.repeat(63), prefix: 'p'.repeat(PREFIX_MAX_LENGTH) };
    const given = stackParameters({
      externalId,
      collectorRoleArn,
      groups: allGroupIds,
      billingExport: longest,
    });
    expect(inlineSize(resolveRole(template, Object.fromEntries(given)))).toBeLessThanOrEqual(10_240 - 20);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(51_200);
  });

  it('stays valid when any subset of groups is struck', () => {
    const strikeable = allGroupIds.filter((id) => id !== 'cost');
    for (let bits = 0; bits < 2 ** strikeable.length; bits += 1) {
      const groups = strikeable.filter((_, index) => (bits >> index) & 1);
      const role = roleFor(groups);
      if (role.policies.map((policy) => policy.name).join() !== ['cost', ...groups].join()) {
        expect.fail(`wrong policies for ${groups.join()}`);
      }
    }
    expect(roleFor([]).policies.flatMap((p) => p.document.Statement.flatMap((s) => s.Action))).toEqual(
      actionsOf([]),
    );
    expect(JSON.stringify(roleFor(allGroupIds))).not.toMatch(/Fn::|"Ref"|NoValue/);
    expect(permissionGroups).toHaveLength(strikeable.length + 1);
  });
});

describe('what the role may do, by IAM simulation', () => {
  const decide = async (
    action: string,
    resource: string,
    context: Record<string, string> = {},
    on = true,
  ) => {
    const role = roleFor(on ? allGroupIds : allGroupIds.filter((id) => id !== 'billing-export'));
    const result = await runSimulation(
      {
        request: {
          principal: `arn:aws:iam::444455556666:role/${ROLE_NAME}`,
          action,
          resource: { resource, accountId: '444455556666' },
          contextVariables: context,
        },
        identityPolicies: role.policies.map(({ name, document }) => ({ name, policy: document })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: undefined,
      },
      {},
    );
    if (result.resultType === 'error') throw new Error(JSON.stringify(result.errors));
    return result.overallResult;
  };

  it('reads cost but neither data nor secrets', async () => {
    expect(await decide('ce:GetCostAndUsage', '*')).toBe('Allowed');
    expect(await decide('ssm:GetParameter', 'arn:aws:ssm:us-east-1:444455556666:parameter/x')).toBe(
      'ImplicitlyDenied',
    );
    expect(await decide('dynamodb:Scan', 'arn:aws:dynamodb:us-east-1:444455556666:table/x')).toBe(
      'ImplicitlyDenied',
    );
  });

  it('reads billing export files in that folder only, and only when asked', async () => {
    const inside = 'arn:aws:s3:::acme-billing/exports/daily/2026/11/a.parquet';
    expect(await decide('s3:GetObject', inside)).toBe('Allowed');
    expect(await decide('s3:GetObject', inside, {}, false)).toBe('ImplicitlyDenied');
    for (const other of [
      'acme-billing/exports/daily-other/a',
      'acme-billing/exports/a',
      'other/exports/daily/a',
    ]) {
      expect(await decide('s3:GetObject', `arn:aws:s3:::${other}`), other).toBe('ImplicitlyDenied');
    }
    const list = (prefix?: string) =>
      decide(
        's3:ListBucket',
        'arn:aws:s3:::acme-billing',
        prefix === undefined ? {} : { 's3:prefix': prefix },
      );
    expect(await list('exports/daily/')).toBe('Allowed');
    expect(await list('exports/')).toBe('ImplicitlyDenied');
    expect(await list()).toBe('ImplicitlyDenied');
  });
});
