import { requirePermission, withTransaction, type Ctx } from '@/context';
import { Conflict } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { answerVersion } from '@/features/costs/answer-cache';
import { readResources } from './read-resources';
import { resourceSpans, toResourceParams, type ResourceQuery } from './resource-query';
import type { ResourceLine } from './resources';

/** A file of no more is one page, and so of one moment whatever is loaded meanwhile. */
const PAGE = 20_000;

type Row = (string | number)[];

export function resourceHeader(currency: string): Row {
  return [
    ...[
      'name',
      'id',
      'type',
      'service',
      'account',
      'region',
      'state',
      'first seen',
      'last seen',
      'cost from',
    ],
    ...resourceSpans.flatMap((span) => {
      const label = span === 'month' ? 'month to date' : `last ${span} days`;
      return [`${label} (${currency})`, `before (${currency})`, 'change in percent'];
    }),
  ];
}

function rowOf(line: ResourceLine): Row {
  return [
    ...[line.name, line.id, line.typeLabel, line.service, line.account.label, line.region],
    ...[line.isGone ? 'gone' : line.state, line.firstSeen ?? '', line.lastSeen ?? '', line.source ?? ''],
    ...resourceSpans.flatMap((span) => {
      const cost = line.costs?.[span];
      return cost ? [cost.now, cost.before ?? '', cost.change ?? ''] : ['', '', ''];
    }),
  ];
}

/** Before resources go out as a file: the audit trail has it before anybody has the file. */
export async function beginResourceExport(ctx: Ctx, query: ResourceQuery): Promise<void> {
  requirePermission(ctx, 'cost:read');
  await withTransaction(ctx, async (tx) => {
    recordAudit(tx, ctx, 'export.downloaded', null, {
      detail: { part: 'resources', query: toResourceParams(query).toString() },
    });
  });
}

/**
 * All resources that match as rows of a file, amounts in full, a page at a time. Throws Conflict where they have changed since the
 * first page: no file is of two moments.
 */
export async function* streamResources(ctx: Ctx, query: ResourceQuery, limit = PAGE): AsyncGenerator<Row[]> {
  requirePermission(ctx, 'cost:read');
  const version = await answerVersion(ctx);
  for (let offset = 0; ; offset += limit) {
    const list = await readResources(ctx, { ...query, group: null }, { offset, limit });
    const isAll = offset === 0 && (list?.lines.length ?? 0) < limit;
    if (!isAll && (await answerVersion(ctx)) !== version) {
      throw new Conflict('The resources have changed while the file was made. Ask for it again.');
    }
    if (!list) return;
    if (offset === 0) yield [resourceHeader(list.currency)];
    yield list.lines.map(rowOf);
    if (list.lines.length < limit) return;
  }
}
