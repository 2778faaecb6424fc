'use client';

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import overview from '@/features/costs/ui/overview.module.css';
import type { Amount } from '@/domain/money';

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
  const holder = useRef<HTMLDivElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    void import('@/features/costs/ui/draw-daily-chart').then(({ drawDailyChart }) => {
      if (isGone || !holder.current) return;
      const { days, amounts, currency, end } = cost;
      const series = [{ id: 'cost', label: 'Cost', amounts }];
      stop = drawDailyChart(
        holder.current,
        { grain: 'day', days, series, currency, estimatedFrom: end },
        () => undefined,
      );
      setDrawn(true);
    });
    return () => {
      isGone = true;
      stop?.();
    };
  }, [cost, scheme]);

  return (
    <div className={overview.chart}>
      {!isDrawn && (
        <div className={overview.bars} aria-hidden="true">
          {cost.days.slice(0, 31).map((day, index) => (
            <span key={day} style={{ height: `${60 + ((index * 37) % 30)}%` }} />
          ))}
        </div>
      )}
      <div
        ref={holder}
        role="img"
        aria-label="Cost by day; the same figures are in the table below"
        style={{ height: '100%' }}
        data-drawn={isDrawn}
      />
    </div>
  );
}
