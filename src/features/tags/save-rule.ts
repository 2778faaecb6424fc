import { randomUUID } from 'node:crypto';
import { requirePermission, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Conflict, NotFound } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { markStale } from './reported-keys';
import type { SaveTagRuleInput, TagRuleRef } from './schemas';
import { reportTagOf } from './tag-rule';

const RULES_MAX = 50;

interface Stored {
  readonly name: string;
  readonly keys: readonly string[];
  readonly ignoresCase: boolean;
  readonly synonyms: unknown;
}

/** What the audit trail keeps of a rule: which values it joins can be looked up in it while it is there. */
const factsOf = ({ name, keys, ignoresCase }: Stored) => ({ name, keys: [...keys], ignoresCase });

/** Throws Conflict where reports would not know which of two tags of the same name is meant. */
async function refuseNameTwice(tx: Tx, ctx: Ctx, input: SaveTagRuleInput): Promise<void> {
  const { workspaceId } = ctx;
  const other = await tx.tagRule.findFirst({
    where: { workspaceId, name: input.name, ...(input.id ? { id: { not: input.id } } : {}) },
    select: { id: true },
  });
  if (other)
    throw new Conflict(`There is a rule called ${input.name}. Change that one, or choose another name.`);
  if (input.keys.includes(input.name)) return;
  const key = await tx.reportedTag.findFirst({
    where: { workspaceId, tagKey: input.name },
    select: { tagKey: true },
  });
  if (key)
    throw new Conflict(`${input.name} is a tag key of its own. Add it to the keys, or choose another name.`);
}

/**
 * Makes a tag of the reports out of several keys, or changes one. Reports use it at once; keys that are not told apart yet are
 * by a job. Throws NotFound; Conflict for a name that is taken, or where there are too many.
 */
export async function saveTagRule(ctx: Ctx, input: SaveTagRuleInput): Promise<{ id: string }> {
  requirePermission(ctx, 'tag:write');
  const { workspaceId } = ctx;
  const rule = reportTagOf(input.name, input);
  const data = {
    name: rule.name,
    keys: [...rule.keys],
    ignoresCase: rule.ignoresCase,
    synonyms: { ...rule.synonyms },
  };
  const id = input.id ?? randomUUID();
  await withTransaction(ctx, async (tx) => {
    const before = input.id ? await tx.tagRule.findFirst({ where: { workspaceId, id } }) : null;
    if (input.id && !before) throw new NotFound('rule');
    if (!before && (await tx.tagRule.count({ where: { workspaceId } })) >= RULES_MAX) {
      throw new Conflict(`There are ${RULES_MAX} rules. Change one of them, or delete one.`);
    }
    await refuseNameTwice(tx, ctx, input);
    const now = ctx.now();
    await tx.tagRule.upsert({
      where: { workspaceId_id: { workspaceId, id } },
      create: { workspaceId, id, ...data, createdAt: now, updatedAt: now },
      update: { ...data, updatedAt: now },
    });
    await markStale(tx, workspaceId);
    recordAudit(tx, ctx, before ? 'tag.rule-changed' : 'tag.rule-made', id, {
      ...(before ? { before: factsOf(before) } : {}),
      after: factsOf(data),
    });
  });
  return { id };
}

/** Reports show its keys one by one again. Saved views that use it are left as they are. Throws NotFound. */
export async function deleteTagRule(ctx: Ctx, input: TagRuleRef): Promise<void> {
  requirePermission(ctx, 'tag:write');
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    const before = await tx.tagRule.findFirst({ where: { workspaceId, id: input.id } });
    if (!before) throw new NotFound('rule');
    await tx.tagRule.delete({ where: { workspaceId_id: { workspaceId, id: input.id } } });
    await markStale(tx, workspaceId);
    recordAudit(tx, ctx, 'tag.rule-deleted', input.id, { before: factsOf(before) });
  });
}
