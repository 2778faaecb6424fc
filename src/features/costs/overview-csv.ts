import { dimensions, type Dimension } from '@/domain/cost-query';
import { add } from '@/domain/money';
import { formatRange } from '@/ui/format';
import { regionLabel, serviceLabel } from './labels';
import type { CostLine, Overview } from './overview';

/** The parts of the page that have a CSV. */
export const csvParts = ['daily', 'movers', 'lines', ...dimensions] as const;
export type CsvPart = (typeof csvParts)[number];

export type CsvRow = (string | number)[];

/** `lines`: those of whatever the page is grouped by. */
function linesOf(overview: Overview, part: Dimension | 'lines'): readonly CostLine[] {
  return {
    lines: overview.lines,
    service: overview.services,
    account: overview.accounts,
    region: overview.regions,
  }[part];
}

/** The rows of one part of the overview as they stand on the page, amounts in full. */
export function overviewCsv(overview: Overview, part: CsvPart): CsvRow[] {
  const { currency, range, comparison } = overview;
  const now = `${formatRange(range.start, range.end, { year: true })} (${currency})`;
  const before = `${formatRange(comparison.start, comparison.end, { year: true })} (${currency})`;
  if (part === 'daily') {
    const header: CsvRow = [
      overview.grain,
      ...overview.series.map((series) => `${series.label} (${currency})`),
      `total (${currency})`,
    ];
    const rows = overview.days.map((day, index) => {
      const amounts = overview.series.map((series) => series.amounts[index] ?? '0');
      return [overview.grain === 'month' ? day.slice(0, 7) : day, ...amounts, add(...amounts)];
    });
    return [header, ...rows];
  }
  if (part === 'movers') {
    return [
      ['service', 'region', `difference (${currency})`, 'change in percent'],
      ...overview.movers.map((mover) => [
        serviceLabel(mover.service),
        regionLabel(mover.region),
        mover.difference,
        mover.change ?? '',
      ]),
    ];
  }
  return [
    [part === 'lines' ? overview.by : part, now, before, 'change in percent', 'share in percent'],
    ...linesOf(overview, part).map((line) => [
      line.label,
      line.amount,
      line.before ?? '',
      line.change ?? '',
      line.share,
    ]),
  ];
}
