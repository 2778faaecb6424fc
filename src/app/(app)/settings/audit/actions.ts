'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import { Invalid } from '@/errors';
import { describeReport } from '@/features/audit/chain';
import { listAudit } from '@/features/audit/read-audit';
import { setRetention } from '@/features/audit/retention';
import { MoreInput, parseAuditQuery, RetentionInput } from '@/features/audit/schemas';
import { verifyChain } from '@/features/audit/verify-chain';
import { runAction } from '@/server/action';

export async function moreAuditAction(raw: unknown) {
  return runAction(MoreInput, raw, async (ctx, { filter, before }) => {
    const parsed = parseAuditQuery(new URLSearchParams(filter));
    if (!parsed.ok) throw new Invalid('The address does not say which events.', parsed.fields);
    return listAudit(ctx, parsed.query, before);
  });
}

export async function verifyAuditAction() {
  return runAction(z.null(), null, async (ctx) => {
    const report = await verifyChain(ctx);
    return { isUnbroken: report.broken === null, words: describeReport(report) };
  });
}

export async function setRetentionAction(raw: unknown) {
  const result = await runAction(RetentionInput, raw, setRetention);
  revalidatePath('/settings/audit');
  return result;
}
