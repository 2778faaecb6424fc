import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ctx } from '@/context';
import { Conflict, Forbidden, NotFound } from '@/errors';
import { labelAccount } from '@/features/accounts/label-account';
import { listAccounts } from '@/features/accounts/list-accounts';
import { LabelAccountInput } from '@/features/accounts/schemas';
import { chooseTag } from '@/features/tags/choose-tag';
import { listTags } from '@/features/tags/list-tags';
import { previewTagRule } from '@/features/tags/preview-rule';
import { deleteTagRule, saveTagRule } from '@/features/tags/save-rule';
import { SaveTagRuleInput } from '@/features/tags/schemas';
import { revokeConnection } from '@/features/erasure/revoke-connection';
import { createWorkbench, type Workbench } from '../../support/workbench';
import { loadCharges } from './support';

const CHARGE = {
  ...{
    day: '2026-12-05',
    account: '111111111111',
    service: 'Storage',
    region: '',
    billed: 1000,
    effective: 900,
  },
  tags: { Team: 'search', team: 'Search', cost: 'a' },
};
const RULE = { id: null, name: 'Squad', keys: ['Team', 'team'], ignoresCase: true, synonyms: [] };

let bench: Workbench;
let ctx: Ctx;
let other: Ctx;
let viewer: Ctx;
let connectionId: string;
let ref: string;
beforeAll(async () => {
  bench = await createWorkbench();
  ctx = await bench.newWorkspace();
  connectionId = await loadCharges(bench, ctx, [CHARGE]);
  other = await bench.newWorkspace('Other');
  viewer = await bench.ctxAs(ctx, 'viewer');
  ref = (await listAccounts(ctx))[0]?.ref ?? '';
});
afterAll(() => bench.close());

const auditOf = async () => {
  const { rows } = await bench.database.owner.query<{ action: string; line: string }>(
    `select action, concat(subject_id, detail, before, after) as line from audit_event
     where workspace_id = $1 and (action like 'tag.%' or action like 'account.%') order by seq`,
    [ctx.workspaceId],
  );
  return rows;
};

describe('a rule for tags', () => {
  it('is made, changed and deleted, and the audit trail says so', async () => {
    const { id } = await saveTagRule(ctx, RULE);
    await saveTagRule(ctx, { ...RULE, id, name: 'Crew', keys: ['team', 'team'] });
    expect((await listTags(ctx)).rules).toEqual([
      { ...{ id, name: 'Crew', keys: ['team'], ignoresCase: true, synonyms: [] } },
    ]);
    expect((await listTags(ctx)).keys.find((one) => one.key === 'team')?.rules).toEqual(['Crew']);
    await deleteTagRule(ctx, { id });
    expect((await listTags(ctx)).rules).toEqual([]);
    expect((await auditOf()).map((one) => one.action)).toEqual([
      ...['tag.rule-made', 'tag.rule-changed', 'tag.rule-deleted'],
    ]);
  });

  it('is refused where reports would not know which tag is meant', async () => {
    const { id } = await saveTagRule(ctx, RULE);
    await expect(saveTagRule(ctx, { ...RULE, name: 'Squad' })).rejects.toThrow(Conflict);
    await expect(saveTagRule(ctx, { ...RULE, name: 'cost' })).rejects.toThrow(/tag key of its own/);
    await saveTagRule(ctx, { ...RULE, id, name: 'Team' });
    await deleteTagRule(ctx, { id });
  });

  it.each([
    [{ name: ' ' }, 'name'],
    [{ keys: [] }, 'keys'],
    [{ keys: [''] }, 'keys.0'],
    [{ keys: ['a\0b'] }, 'keys.0'],
    [{ keys: Array.from({ length: 21 }, (_, index) => `k${index}`) }, 'keys'],
    [{ synonyms: [{ from: 'prod', to: '' }] }, 'synonyms.0.to'],
    [{ id: 'none' }, 'id'],
  ])('is refused by its field: %j', (wrong, field) => {
    const parsed = SaveTagRuleInput.safeParse({ ...RULE, ...wrong });
    expect(parsed.error?.issues.map((issue) => issue.path.join('.'))).toEqual([field]);
  });

  it('of another workspace does not exist, and is nobody’s without the right', async () => {
    const { id } = await saveTagRule(ctx, RULE);
    await expect(saveTagRule(other, { ...RULE, id })).rejects.toThrow(NotFound);
    await expect(deleteTagRule(other, { id })).rejects.toThrow(NotFound);
    expect(await listTags(other)).toMatchObject({ keys: [], rules: [] });
    expect(await previewTagRule(other, RULE)).toBeNull();
    for (const verb of [
      () => saveTagRule(viewer, RULE),
      () => deleteTagRule(viewer, { id }),
      () => previewTagRule(viewer, RULE),
      () => listTags(viewer),
    ]) {
      await expect(verb()).rejects.toThrow(Forbidden);
    }
    await deleteTagRule(ctx, { id });
  });
});

describe('a tag key', () => {
  it('that no bill has cannot be chosen, nor that of another workspace, nor without the right', async () => {
    await expect(chooseTag(ctx, { key: 'nobody', isReported: true })).rejects.toThrow(NotFound);
    await expect(chooseTag(other, { key: 'team', isReported: true })).rejects.toThrow(NotFound);
    await expect(chooseTag(viewer, { key: 'team', isReported: true })).rejects.toThrow(Forbidden);
  });
});

describe('the label of an account', () => {
  it('is tidied, told to the audit trail without its words, and goes with the account', async () => {
    await labelAccount(ctx, LabelAccountInput.parse({ ref, label: '  Web  shop ', group: 'Retail' }));
    expect(await listAccounts(ctx)).toMatchObject([{ label: 'Web shop', group: 'Retail' }]);
    const events = (await auditOf()).filter((one) => one.action === 'account.labelled');
    expect(events).toHaveLength(1);
    expect(events[0]?.line).not.toMatch(/Web|Retail|111111111111/);
  });

  it('is refused for what is no account of the workspace, and without the right', async () => {
    await expect(labelAccount(other, { ref, label: 'x', group: '' })).rejects.toThrow(NotFound);
    await expect(labelAccount(viewer, { ref, label: 'x', group: '' })).rejects.toThrow(Forbidden);
    expect(LabelAccountInput.safeParse({ ref, label: 'x'.repeat(81), group: '' }).success).toBe(false);
    expect(LabelAccountInput.safeParse({ ref: 'b1', label: 'x', group: '' }).success).toBe(false);
  });
});

describe('a revoked source', () => {
  it('leaves nothing of its tags, while the rules that somebody wrote stay and find nothing', async () => {
    const { id } = await saveTagRule(ctx, RULE);
    await revokeConnection(ctx, { connectionId, confirmation: 'Azure' });
    const left = await listTags(ctx);
    expect(left.keys).toEqual([]);
    expect(left.rules.map((rule) => rule.id)).toEqual([id]);
    expect(await listAccounts(ctx)).toEqual([]);
    for (const table of ['reported_tag', 'tag_index', 'tag_group', 'charge_month_tag']) {
      const { rows } = await bench.database.owner.query(`select from ${table} where connection_id = $1`, [
        connectionId,
      ]);
      expect(rows, table).toEqual([]);
    }
  });
});
