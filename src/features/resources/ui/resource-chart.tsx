'use client';

import { useMemo } from 'react';
import type { Amount } from '@/domain/money';
import { ChartFrame } from '@/features/costs/ui/chart-frame';
import type { Chart } from '@/features/costs/ui/draw-daily-chart';

export interface DailyCost {
  readonly days: readonly string[];
  /** One for each day. */
  readonly amounts: readonly Amount[];
  readonly currency: string;
  /** First day after those of the chart. */
  readonly end: string;
}

/** Bars of one resource, drawn as those of the overview are. */
export function ResourceChart({ cost }: { cost: DailyCost }) {
  const chart = useMemo((): Chart => {
    const { days, amounts, currency, end } = cost;
    const series = [{ id: 'cost', label: 'Cost', amounts }];
    return { grain: 'day', days, series, currency, estimatedFrom: end };
  }, [cost]);
  return <ChartFrame chart={chart} label="Cost by day; the same figures are in the table below" />;
}
