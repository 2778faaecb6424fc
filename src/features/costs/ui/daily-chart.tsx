'use client';

import { useComputedColorScheme } from '@mantine/core';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import type { Grain } from '@/domain/period';
import type { Series } from '../overview';
import styles from './overview.module.css';

interface Props {
  readonly grain: Grain;
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly currency: string;
  readonly estimatedFrom: string;
  /** Where a click on a bar leads, series by series; null for the rest. */
  readonly hrefs: readonly (string | null)[];
}

/** The chart's code comes after the page; until then bars in the shape of what comes. */
export function DailyChart(props: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const [isDrawn, setDrawn] = useState(false);
  const scheme = useComputedColorScheme('light');
  const router = useRouter();
  useEffect(() => {
    let stop: (() => void) | undefined;
    let isGone = false;
    void import('./draw-daily-chart').then(({ drawDailyChart }) => {
      if (isGone || !holder.current) return;
      stop = drawDailyChart(holder.current, props, (series) => {
        const href = props.hrefs[series];
        if (href) router.push(href);
      });
      setDrawn(true);
    });
    return () => {
      isGone = true;
      stop?.();
    };
  }, [props, scheme, router]);

  return (
    <div className={styles.chart}>
      {!isDrawn && (
        <div className={styles.bars} aria-hidden="true">
          {props.days.slice(0, 31).map((day, index) => (
            <span key={day} style={{ height: `${60 + ((index * 37) % 30)}%` }} />
          ))}
        </div>
      )}
      <div
        ref={holder}
        role="img"
        aria-label={`Cost by ${props.grain}; the same figures are in the table below and in the CSV`}
        style={{ height: '100%' }}
        data-drawn={isDrawn}
      />
    </div>
  );
}
