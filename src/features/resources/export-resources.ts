import { requirePermission, withTransaction, type Ctx } from '@/context';
import { recordAudit } from '@/features/audit/record-audit';
import { readResources } from './read-resources';
import { resourceSpans, toResourceParams, type ResourceQuery } from './resource-query';
import type { ResourceLine } from './resources';

const PAGE = 5_000;

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

/** All resources that match as rows of a file, amounts in full, a page at a time. */
export async function* streamResources(ctx: Ctx, query: ResourceQuery): AsyncGenerator<Row[]> {
  requirePermission(ctx, 'cost:read');
  for (let offset = 0; ; offset += PAGE) {
    const list = await readResources(ctx, { ...query, group: null }, { offset, limit: PAGE });
    if (!list) return;
    if (offset === 0) yield [resourceHeader(list.currency)];
    yield list.lines.map(rowOf);
    if (list.lines.length < PAGE) return;
  }
}
