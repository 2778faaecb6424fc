'use client';

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Chart } from './draw-daily-chart';
import styles from './overview.module.css';

interface Props {
  /** What is drawn: again whenever it is another object. */
  readonly chart: Chart;
  readonly label: string;
  /** A click on a bar, with the number of its series. */
  readonly onSeries?: (index: number) => void;
}

const noSeries = () => undefined;

/** The chart's code comes after the page; until then bars in the shape of what comes. */
export function ChartFrame({ chart, label, onSeries = noSeries }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    const draw = async () => {
      const { drawDailyChart } = await import('./draw-daily-chart');
      // Whoever asks for the scheme hears of another one before the page has its colours.
      await new Promise(requestAnimationFrame);
      if (isGone || !holder.current) return;
      stop = drawDailyChart(holder.current, chart, onSeries);
      setDrawn(true);
    };
    void draw();
    return () => {
      isGone = true;
      stop?.();
    };
  }, [chart, onSeries, scheme]);

  return (
    <div className={styles.chart}>
      {!isDrawn && (
        <div className={styles.bars} aria-hidden="true">
          {chart.days.slice(0, 31).map((day, index) => (
            <span key={day} style={{ height: `${60 + ((index * 37) % 30)}%` }} />
          ))}
        </div>
      )}
      <div ref={holder} role="img" aria-label={label} style={{ height: '100%' }} data-drawn={isDrawn} />
    </div>
  );
}
