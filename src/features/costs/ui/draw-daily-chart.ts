import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { add } from '@/domain/money';
import type { Grain } from '@/domain/period';
import { formatDay, formatMoney, formatShortMonth } from '@/ui/format';
import type { Series } from '../overview';

echarts.use([BarChart, GridComponent, TooltipComponent, AriaComponent, SVGRenderer]);

export interface Chart {
  readonly grain: Grain;
  readonly days: readonly string[];
  readonly series: readonly Series[];
  readonly currency: string;
  readonly estimatedFrom: string;
}

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

function axisLabel(value: number, currency: string): string {
  const absolute = Math.abs(value);
  const [scaled, unit] =
    absolute >= 1_000_000 ? [value / 1_000_000, 'm'] : absolute >= 1_000 ? [value / 1_000, 'k'] : [value, ''];
  return `${formatMoney(String(Math.round(scaled * 100) / 100), currency).replace(/\.00$/, '')}${unit}`;
}

/** Draws into the holder in the page's own colours; returns how to take it away again. */
export function drawDailyChart(
  holder: HTMLElement,
  chart: Chart,
  onSeries: (index: number) => void,
): () => void {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  const colours = ['--series-1', '--series-2', '--series-3', '--series-4', '--series-5'].map(token);
  holder.style.height = '100%';
  const instance = echarts.init(holder, null, { renderer: 'svg' });
  const tooltip = (index: number): string => {
    const day = chart.days[index] ?? '';
    const rows = chart.series.map((series, at) => ({
      label: series.label,
      amount: series.amounts[index] ?? '0',
      colour: series.id === null ? token('--series-rest') : (colours[at] ?? token('--series-rest')),
    }));
    const lines = rows.map(
      (row) =>
        `<div style="display:flex;gap:20px;justify-content:space-between"><span><i style="display:inline-block;width:8px;height:8px;border-radius:2px;margin-right:6px;background:${row.colour}"></i>${escapeHtml(row.label)}</span><span>${escapeHtml(formatMoney(row.amount, chart.currency))}</span></div>`,
    );
    const total = formatMoney(add(...rows.map((row) => row.amount)), chart.currency);
    const note = day >= chart.estimatedFrom ? ' · estimated' : '';
    return `<div style="display:flex;gap:20px;justify-content:space-between;font-weight:600;margin-bottom:4px"><span>${escapeHtml(chart.grain === 'month' ? formatShortMonth(day) : formatDay(day, { year: true }))}${note}</span><span>${escapeHtml(total)}</span></div>${lines.join('')}`;
  };
  instance.setOption({
    animation: false,
    textStyle: { fontFamily: token('--font') },
    grid: { left: 8, right: 8, top: 16, bottom: 4, containLabel: true },
    xAxis: {
      type: 'category',
      data: chart.days.map((day) => (chart.grain === 'month' ? formatShortMonth(day) : formatDay(day))),
      axisLine: { lineStyle: { color: token('--line') } },
      axisTick: { show: false },
      axisLabel: { color: token('--second'), fontSize: 11.5, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      splitLine: { lineStyle: { color: token('--line') } },
      axisLabel: {
        color: token('--second'),
        fontSize: 11.5,
        formatter: (value: number) => axisLabel(value, chart.currency),
      },
    },
    tooltip: {
      trigger: 'axis',
      axisPointer: { type: 'shadow', shadowStyle: { color: token('--hover'), opacity: 0.5 } },
      backgroundColor: token('--panel'),
      borderColor: token('--line'),
      textStyle: { color: token('--ink'), fontSize: 12.5 },
      extraCssText: 'box-shadow:none;border-radius:10px;font-variant-numeric:tabular-nums',
      confine: true,
      formatter: (points: unknown) => tooltip((points as { dataIndex: number }[])[0]?.dataIndex ?? 0),
    },
    // Bars need numbers; what is read comes from the exact text.
    series: chart.series.map((series, at) => ({
      name: series.label,
      type: 'bar',
      stack: 'cost',
      barMaxWidth: chart.grain === 'month' ? 48 : 28,
      barCategoryGap: '30%',
      itemStyle: {
        color: series.id === null ? token('--series-rest') : colours[at],
        borderColor: token('--panel'),
        borderWidth: chart.days.length > 120 ? 0 : 1,
        borderRadius: chart.days.length > 120 ? 0 : 2,
      },
      emphasis: { disabled: true },
      data: series.amounts.map(Number),
    })),
  });
  instance.on('click', (event) => onSeries(event.seriesIndex ?? -1));
  const observer = new ResizeObserver(() => instance.resize());
  observer.observe(holder);
  return () => {
    observer.disconnect();
    instance.dispose();
  };
}
