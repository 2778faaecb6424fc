import { parseCostQuery } from '@/features/costs/schemas';
import { PRESET_WORDS } from '@/features/costs/preset-words';
import { tagOf } from '@/domain/cost-query';
import { NO_GROUP, regionLabel, serviceLabel, tagLabel } from '@/features/costs/labels';
import { HIDDEN_REF } from './hidden-accounts';
import { formatRange } from '@/ui/format';

/** What a saved view shows, in words. */
export function describeQuery(query: string, now: Date): string {
  const parsed = parseCostQuery(new URLSearchParams(query), now);
  if (!parsed.ok) return 'Not understood any more';
  const { preset, range, by, metric, service, account, region, accountGroup, tags } = parsed.query;
  const { credits, refunds, tax } = parsed.query;
  const without = [...(credits ? [] : ['credits']), ...(refunds ? [] : ['refunds']), ...(tax ? [] : ['tax'])];
  return [
    preset === 'custom' ? formatRange(range.start, range.end, { year: true }) : PRESET_WORDS[preset],
    `by ${by === 'account-group' ? 'account group' : tagLabel(tagOf(by) ?? by)}`,
    metric,
    ...service.map(serviceLabel),
    ...region.map(regionLabel),
    ...accountGroup.map((group) =>
      group === HIDDEN_REF ? 'a group of other accounts' : group ? `group ${group}` : NO_GROUP,
    ),
    ...tags.map(({ key, value }) => (value === null ? `without ${key}` : `${key}: ${value || 'empty'}`)),
    ...(account.length > 0 ? [account.length === 1 ? '1 account' : `${account.length} accounts`] : []),
    ...(without.length > 0 ? [`without ${without.join(', ')}`] : []),
  ].join(' · ');
}
