import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { GET as getJson } from '../../../src/app/template.json/route';
import { GET as getYaml } from '../../../src/app/template.yaml/route';
import { actionsOf, allGroupIds, TEMPLATE_VERSION } from '../../../src/aws/permissions';
import { renderTemplate, renderTemplateJson } from '../../../src/aws/render-template';
import {
  currentVersion,
  diffVersions,
  templateHistory,
  templateSha256,
  templateVersions,
  type TemplateVersion,
} from '../../../src/aws/template-history';

const root = new URL('../../../', import.meta.url);
const bytesOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');

describe('the template in its four files', () => {
  it.each(['cloudformation', 'public/cloudformation'])('is what the code makes, in %s', (folder) => {
    const stale = 'Run: npx tsx scripts/template-render.ts';
    expect(bytesOf(`${folder}/belvedere-readonly.yaml`) === renderTemplate(), stale).toBe(true);
    expect(bytesOf(`${folder}/belvedere-readonly.json`) === renderTemplateJson(), stale).toBe(true);
  });

  it('is the same document in YAML and JSON, within the limit of CloudFormation', () => {
    expect(JSON.parse(renderTemplateJson())).toEqual(parse(renderTemplate()));
    // YAML 1.1, as AWS reads it, takes more words for truth values.
    expect(parse(renderTemplate(), { version: '1.1' })).toEqual(JSON.parse(renderTemplateJson()));
    expect(renderTemplateJson()).toContain('\n  "Parameters": {\n');
    expect(Buffer.byteLength(renderTemplateJson())).toBeLessThanOrEqual(51_200);
  });

  it('is served as both, to anyone', async () => {
    expect(await getYaml().text()).toBe(renderTemplate());
    expect(await getJson().text()).toBe(renderTemplateJson());
    expect(getJson().headers.get('content-type')).toContain('application/json');
  });
});

describe('recorded versions', () => {
  const newest = templateVersions.at(-1);

  // The template changed: raise TEMPLATE_VERSION, then npx tsx scripts/template-render.ts --record "What changed".
  it('end with the template as it is rendered', () => {
    expect(newest?.version).toBe(TEMPLATE_VERSION);
    expect(newest).toEqual(currentVersion(newest?.date ?? '', newest?.summary ?? ''));
    expect(newest?.sha256).toBe(
      createHash('sha256').update(bytesOf('cloudformation/belvedere-readonly.yaml')).digest('hex'),
    );
    expect(newest?.sha256).toBe(templateSha256());
    expect(Object.values(newest?.actions ?? {}).flat()).toEqual(actionsOf(allGroupIds));
  });

  it('are all the files in cloudformation/versions, counted from 1', () => {
    const files = readdirSync(new URL('cloudformation/versions/', root)).sort();
    expect(files).toEqual(templateVersions.map(({ version }) => `${version}.json`).sort());
    expect(templateVersions.map(({ version }) => version)).toEqual(
      templateVersions.map((_, index) => index + 1),
    );
    for (const { date, sha256, summary } of templateVersions) {
      expect(date).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(summary).toMatch(/^[A-Z][^!]*[^.!]$/);
    }
  });

  it('begin with the first version, which has nothing before it', () => {
    expect(templateHistory().at(-1)).toMatchObject({ version: { summary: 'First version' }, change: null });
    expect(Object.values(templateVersions[0]?.actions ?? {}).flat()).toHaveLength(252);
  });
});

describe('what changed between versions', () => {
  const first = currentVersion('2026-11-24', 'First version');
  const place = 'Parameters / ReadTags / Description';
  const second: TemplateVersion = {
    version: 2,
    date: '2027-01-15',
    sha256: 'f'.repeat(64),
    summary: 'A made-up version',
    actions: {
      ...first.actions,
      cost: (first.actions['cost'] ?? []).filter((action) => action !== 'ce:GetUsageForecast'),
      tags: [...(first.actions['tags'] ?? []), 'ec2:DescribeTags', 'tag:GetComplianceSummary'],
      'resources-compute': (first.actions['resources-compute'] ?? []).filter((a) => a !== 'ec2:DescribeTags'),
    },
    texts: {
      ...Object.fromEntries(
        Object.entries(first.texts).filter(([key]) => key !== 'Outputs / RoleArn / Description'),
      ),
      [place]: 'Finds resources by tag.',
      'Outputs / RoleName / Description': 'The name of the role.',
    },
  };

  it('is worked out: added, removed and moved actions, and texts', () => {
    expect(diffVersions(first, second)).toEqual({
      added: [{ action: 'tag:GetComplianceSummary', group: 'tags' }],
      removed: [{ action: 'ce:GetUsageForecast', group: 'cost' }],
      moved: [{ action: 'ec2:DescribeTags', group: 'tags', before: 'resources-compute' }],
      texts: [
        { place, before: first.texts[place], after: 'Finds resources by tag.' },
        { place: 'Outputs / RoleArn / Description', before: 'Paste this ARN into Belvedere.', after: null },
        { place: 'Outputs / RoleName / Description', before: null, after: 'The name of the role.' },
      ],
    });
    expect(first.texts[place]).toContain('Finds resources by tag, and shows');
  });

  it('is nothing between a version and itself', () => {
    expect(diffVersions(first, first)).toEqual({ added: [], removed: [], moved: [], texts: [] });
  });

  it('stands newest first', () => {
    const history = templateHistory([first, second]);
    expect(history.map(({ version }) => version.version)).toEqual([2, 1]);
    expect(history[0]?.change?.added).toHaveLength(1);
    expect(history[1]?.change).toBeNull();
  });

  it('keeps the trust policy and every limit among the texts, and no version number', () => {
    expect(Object.entries(first.texts)).toEqual(
      expect.arrayContaining([
        [
          'Resources / Role / Properties / AssumeRolePolicyDocument / Statement / 1 / Action',
          'sts:AssumeRole',
        ],
        ['Resources / Role / Properties / MaxSessionDuration', '3600'],
        ['Resources / Role / Properties / Policies / billing-export / only if', 'ReadBillingExportIsYes'],
        [
          'Resources / Role / Properties / Policies / billing-export / PolicyDocument / Statement / BillingExportFiles / Resource / Fn::Sub',
          'arn:${AWS::Partition}:s3:::${BillingExportBucket}/${BillingExportPrefix}/*',
        ],
      ]),
    );
    expect(Object.keys(first.texts).filter((key) => key.includes('TemplateVersion'))).toEqual([]);
  });
});
