import { addDays } from '@/domain/period';
import { formatDay } from '@/ui/format';
import type { CostSource, ResourceLine } from '../resources';

const SOURCE_WORDS: Record<CostSource, string> = {
  export: 'the billing export',
  'cost-explorer': 'Cost Explorer',
};

/**
 * Where figures come from and how far they go: `asOf` is the first day that is not counted any more. The usual source is
 * named where no line says another.
 */
export function sourceWords(asOf: string | null, lines: readonly Pick<ResourceLine, 'source'>[]): string {
  if (asOf === null) return 'No cost is loaded';
  const found = new Set(lines.flatMap(({ source }) => source ?? []));
  const sources = (['export', 'cost-explorer'] as const).filter((source) => found.has(source));
  const words = (sources.length > 0 ? sources : (['export'] as const)).map((source) => SOURCE_WORDS[source]);
  return `From ${words.join(' and ')}, to ${formatDay(addDays(asOf, -1))}`;
}
