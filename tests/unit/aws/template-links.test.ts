import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import {
  allGroupIds,
  defaultGroupIds,
  permissionGroups,
  ROLE_NAME,
  selectGroups,
} from '../../../src/aws/permissions';
import {
  quickCreateUrl,
  renderCliCommand,
  renderTemplate,
  stackParameters,
} from '../../../src/aws/render-template';
import { renderTerraform } from '../../../src/aws/render-terraform';
import { asObject, parseTemplate, resolveRole } from '../../fixtures/iam/template-tools';

const target = {
  templateUrl: 'https://templates.example.com/belvedere-readonly-v1-0123456789abcdef.yaml',
  stackName: 'Belvedere',
  externalId: 'bv-0123456789abcdef',
  collectorRoleArn: 'arn:aws:iam::111122223333:role/BelvedereCollector',
  groups: defaultGroupIds,
  region: 'us-east-1',
};

const hostileTexts = [
  `'; touch /tmp/owned; echo '`,
  '$(id) `id` $HOME ${path.cwd} %{if true}x%{endif}',
  '$${path.cwd} $$${path.cwd} %%{x}',
  'a"}]\n[{"ParameterKey":"x"\\',
  '&param_ExternalId=other#/x?y=z%20+=;,',
  `<script>alert('x')</script>)*!`,
  '\\\n- Sid: x\t\r\u0001\u2028é😀',
];

describe('quick-create link', () => {
  const consoleUrl = 'https://{region}.console.aws.amazon.com/';

  const read = (link: string): Record<string, string> => {
    const { hash } = new URL(link);
    const [route, query = ''] = [hash.slice(0, hash.indexOf('?')), hash.slice(hash.indexOf('?') + 1)];
    expect(route).toBe('#/stacks/create/review');
    return Object.fromEntries(query.split('&').map((pair) => pair.split('=').map(decodeURIComponent)));
  };

  it('names the template, the stack and every parameter', () => {
    const link = quickCreateUrl({ ...target, consoleUrl, region: 'eu-west-1' });
    expect(link).toMatch(
      /^https:\/\/eu-west-1\.console\.aws\.amazon\.com\/cloudformation\/home\?region=eu-west-1#\/stacks\/create\/review\?templateURL=/,
    );
    const { templateURL, stackName, ...rest } = read(link);
    expect({ templateURL, stackName }).toEqual({ templateURL: target.templateUrl, stackName: 'Belvedere' });
    const known = Object.keys(asObject(parseTemplate(renderTemplate())['Parameters']));
    for (const name of Object.keys(rest)) expect(known).toContain(name.replace(/^param_/, ''));
    expect(rest['param_ExternalId']).toBe(target.externalId);
    expect(rest['param_CollectorRoleArn']).toBe(target.collectorRoleArn);
    expect(rest['param_ReadTags']).toBe('Yes');
    expect(rest['param_ReadBillingExport']).toBe('No');
    expect(rest).not.toHaveProperty('param_BillingExportBucket');
  });

  it('T17 round-trips hostile text in every field', () => {
    for (const text of hostileTexts) {
      const billingExport = { bucket: text, prefix: text };
      const link = quickCreateUrl({
        consoleUrl: 'https://us-east-1.console.aws.amazon.com',
        templateUrl: text,
        stackName: text,
        externalId: text,
        collectorRoleArn: text,
        groups: allGroupIds,
        region: text,
        billingExport,
      });
      expect(link).toMatch(/^[A-Za-z0-9_.~%&=?#:/-]+$/);
      expect(new URL(link).searchParams.get('region')).toBe(text);
      const values = read(link);
      for (const name of [
        'templateURL',
        'stackName',
        'param_ExternalId',
        'param_CollectorRoleArn',
        'param_BillingExportBucket',
        'param_BillingExportPrefix',
      ]) {
        expect(values[name]).toBe(text);
      }
      expect(Object.keys(values)).toHaveLength(
        2 + stackParameters({ ...target, groups: allGroupIds, billingExport }).length,
      );
    }
  });
});

describe('AWS CLI command', () => {
  const run = (command: string): string[] =>
    execFileSync('bash', ['-c', `aws() { printf '%s\\0' "$@"; }\n${command}`], { encoding: 'utf8' })
      .split('\0')
      .slice(0, -1);

  it('gives the shell the right arguments', () => {
    const args = run(renderCliCommand(target));
    expect(args.slice(0, -1)).toEqual([
      'cloudformation',
      'create-stack',
      '--region',
      'us-east-1',
      '--stack-name',
      'Belvedere',
      '--template-url',
      target.templateUrl,
      '--capabilities',
      'CAPABILITY_NAMED_IAM',
      '--parameters',
    ]);
    expect(JSON.parse(args.at(-1) ?? '')).toEqual(
      stackParameters(target).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    );
  });

  it('T17 keeps hostile text inside its argument', () => {
    for (const text of hostileTexts) {
      const args = run(
        renderCliCommand({
          ...target,
          region: text,
          stackName: text,
          templateUrl: text,
          externalId: text,
          collectorRoleArn: text,
        }),
      );
      expect(args).toHaveLength(12);
      expect([args[3], args[5], args[7]]).toEqual([text, text, text]);
      const parameters = JSON.parse(args[11] ?? '') as { ParameterKey: string; ParameterValue: string }[];
      expect(parameters.slice(0, 2).map((parameter) => parameter.ParameterValue)).toEqual([text, text]);
    }
  });
});

describe('Terraform file', () => {
  const billingExport = { bucket: 'acme-billing', prefix: 'exports/daily' };

  const policiesIn = (hcl: string): { name: string; document: unknown }[] =>
    [
      ...hcl.matchAll(
        /^resource "aws_iam_role_policy" "\w+" \{\n {2}name = "([\w-]+)"[\s\S]*?jsonencode\(([\s\S]*?)\n {2}\)?\}\)\n\}/gm,
      ),
    ].map(([, name = '', body = '']) => ({
      name,
      document: JSON.parse(
        `${body}}`
          .replaceAll('${data.aws_partition.current.partition}', 'aws')
          .replaceAll('${var.billing_export_bucket}', billingExport.bucket)
          .replaceAll('${var.billing_export_prefix}', billingExport.prefix),
      ) as unknown,
    }));

  it('has the same policies as the template, for all groups and for few', () => {
    for (const groups of [allGroupIds, defaultGroupIds, ['tags'] as const, []]) {
      const given = Object.fromEntries(stackParameters({ ...target, groups, billingExport }));
      const role = resolveRole(parseTemplate(renderTemplate()), given);
      const hcl = renderTerraform({ ...target, groups, billingExport });
      expect(policiesIn(hcl)).toEqual(role.policies);
      expect(policiesIn(hcl).map(({ name }) => name)).toEqual(selectGroups(groups).map((group) => group.id));
      expect(hcl.includes('variable "billing_export_bucket"')).toBe(
        selectGroups(groups).length === permissionGroups.length,
      );
    }
  });

  it('T16 has the same trust policy as the template', () => {
    const hcl = renderTerraform(target);
    const [, body = ''] = /assume_role_policy = jsonencode\(([\s\S]*?)\n {2}\}\)/.exec(hcl) ?? [];
    const trust = JSON.parse(
      `${body}}`
        .replace('local.belvedere_external_id', JSON.stringify(target.externalId))
        .replace('local.belvedere_collector_role_arn', JSON.stringify(target.collectorRoleArn)),
    ) as unknown;
    const role = resolveRole(parseTemplate(renderTemplate()), Object.fromEntries(stackParameters(target)));
    expect(trust).toEqual(role.trust);
    expect(hcl).toContain(`name                 = "${ROLE_NAME}"`);
    expect(hcl).toContain('max_session_duration = 3600');
  });

  it('T17 leaves nothing to interpret in hostile text', () => {
    const plain = renderTerraform({ ...target, groups: allGroupIds, billingExport });
    for (const text of hostileTexts) {
      const hcl = renderTerraform({
        externalId: text,
        collectorRoleArn: text,
        groups: allGroupIds,
        billingExport: { bucket: text, prefix: text },
      });
      expect(hcl.split('\n')).toHaveLength(plain.split('\n').length);
      for (const name of [
        'belvedere_external_id        =',
        'belvedere_collector_role_arn =',
        'default     =',
      ]) {
        const [, literal = ''] = new RegExp(`^ +${name} (.*)$`, 'm').exec(hcl) ?? [];
        expect(literal).not.toMatch(/[$%]\{/);
        expect(JSON.parse(literal)).toBe(text);
      }
    }
  });
});
