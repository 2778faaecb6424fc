'use client';

import { useRouter } from 'next/navigation';
import { useCallback } from 'react';
import { ChartFrame } from './chart-frame';
import type { Chart } from './draw-daily-chart';

interface Props {
  readonly chart: Chart;
  /** Where a click on a bar leads, series by series; null for the rest. */
  readonly hrefs: readonly (string | null)[];
}

export function DailyChart({ chart, hrefs }: Props) {
  const router = useRouter();
  const follow = useCallback(
    (series: number) => {
      const href = hrefs[series];
      if (href) router.push(href);
    },
    [hrefs, router],
  );
  const label = `Cost by ${chart.grain}; the same figures are in the table below and in the CSV`;
  return <ChartFrame chart={chart} label={label} onSeries={follow} />;
}
