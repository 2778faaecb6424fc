import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { GET } from '../../../src/app/export-template.yaml/route';
import { EXPORT_PREFIX, renderExportTemplate } from '@/aws/render-export-template';
import { PREFIX_PATTERN } from '@/aws/permission-groups/stack-parameters';
import { recognise } from '@/focus/map';

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Condition: Record<string, Record<string, unknown>>;
}

interface Template {
  readonly Resources: {
    readonly Bucket: {
      readonly Properties: { readonly PublicAccessBlockConfiguration: Record<string, string> };
    };
    readonly BucketPolicy: {
      readonly Properties: { readonly PolicyDocument: { readonly Statement: Statement[] } };
    };
    readonly Export: {
      readonly Properties: { readonly Export: { readonly DataQuery: { readonly QueryStatement: string } } };
    };
  };
}

const text = renderExportTemplate();
const template = parse(text) as Template;
const { Bucket, BucketPolicy, Export } = template.Resources;

describe('the template of a billing export', () => {
  it('is in the repository and on the site as it is rendered', async () => {
    expect(readFileSync('cloudformation/belvedere-billing-export.yaml', 'utf8')).toBe(text);
    expect(await GET().text()).toBe(text);
  });

  it('makes a private bucket that nobody but AWS’s own exports of this account writes to', () => {
    expect(Object.values(Bucket.Properties.PublicAccessBlockConfiguration)).toEqual(Array(4).fill('true'));
    const allowing = BucketPolicy.Properties.PolicyDocument.Statement.filter((one) => one.Effect === 'Allow');
    expect(allowing).toHaveLength(1);
    expect(allowing[0]?.Principal).toEqual({
      Service: ['bcm-data-exports.amazonaws.com', 'billingreports.amazonaws.com'],
    });
    expect(allowing[0]?.Condition['StringEquals']).toEqual({
      'aws:SourceAccount': { Ref: 'AWS::AccountId' },
    });
    expect(text).not.toContain('AWS::IAM');
  });

  it('exports columns that are read as FOCUS with resources, usage types and tags', () => {
    const query = Export.Properties.Export.DataQuery.QueryStatement;
    const [, columns = '', table] = /^SELECT (.+) FROM (\w+)$/.exec(query) ?? [];
    expect(table).toBe('FOCUS_1_2_AWS');
    const recognised = recognise(columns.split(', ').map((name) => ({ name, type: 'VARCHAR' })));
    expect(recognised).toMatchObject({ ok: true, version: '1.2', warnings: [] });
  });

  it('names a prefix that the stack of the role takes', () => {
    expect(EXPORT_PREFIX).toMatch(new RegExp(PREFIX_PATTERN));
  });
});
