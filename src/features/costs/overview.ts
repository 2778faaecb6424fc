import type { CostMetric, Dimension, GroupBy } from '@/domain/cost-query';
import type { Amount } from '@/domain/money';
import type { DayRange, Grain } from '@/domain/period';

/** One line of a table: amounts as exact text, percentages to one decimal. */
export interface CostLine {
  /** What stands in the address for it; the empty text is "no region". */
  readonly id: string;
  readonly label: string;
  readonly amount: Amount;
  /** Null where the comparison's days are not all loaded. */
  readonly before: Amount | null;
  readonly change: string | null;
  readonly share: string;
}

export interface Mover {
  readonly service: string;
  readonly region: string;
  readonly difference: Amount;
  readonly change: string | null;
}

export interface Series {
  readonly id: string | null;
  readonly label: string;
  /** One amount a bar. */
  readonly amounts: readonly Amount[];
}

export type ForecastSource = 'aws' | 'seasonal';

export interface Kpis {
  readonly total: Amount;
  readonly before: Amount | null;
  readonly change: string | null;
  /** Null where the month is not loaded. */
  readonly lastMonth: Amount | null;
  readonly lastMonthIsFinal: boolean;
  readonly dailyAverage: Amount;
  readonly lastSevenDaysAverage: Amount | null;
  readonly forecast: {
    readonly source: ForecastSource;
    readonly mean: Amount;
    readonly low: Amount;
    readonly high: Amount;
  } | null;
}

export interface Agreement {
  /** Of the connection that was compared longest ago. */
  readonly comparedAt: string;
  /** Months of accounts that a running sync has yet to compare. */
  readonly beingCompared: number;
  readonly aws: Amount;
  readonly ours: Amount;
  readonly differences: readonly {
    readonly account: string;
    readonly period: string;
    readonly aws: Amount;
    readonly ours: Amount;
  }[];
}

export interface Overview {
  readonly currency: string;
  readonly currencies: readonly string[];
  /** Of some linked accounts only, since whoever asks may see no others. */
  readonly isLimited: boolean;
  readonly by: GroupBy;
  readonly metric: CostMetric;
  readonly range: DayRange;
  readonly comparison: DayRange;
  readonly grain: Grain;
  /** The first day of each bar of the chart, days or months. */
  readonly days: readonly string[];
  /** The days that are loaded; a figure outside them is missing, not zero. */
  readonly loaded: DayRange;
  readonly isMonthToDate: boolean;
  readonly forecastMonth: string;
  readonly lastMonth: string;
  readonly lastSevenDays: DayRange;
  /** From this day on AWS still corrects the figures. */
  readonly estimatedFrom: string;
  readonly kpis: Kpis;
  readonly series: readonly Series[];
  readonly lines: readonly CostLine[];
  readonly services: readonly CostLine[];
  readonly accounts: readonly CostLine[];
  readonly regions: readonly CostLine[];
  readonly movers: readonly Mover[];
  readonly filters: Readonly<Record<Dimension, readonly { readonly id: string; readonly label: string }[]>>;
  /** The customer's own groups of accounts, that of accounts in none included; empty where there is no group. */
  readonly accountGroups: readonly { readonly id: string; readonly label: string }[];
  /** What can be filtered and grouped by: tags with their values. */
  readonly tags: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly agreement: Agreement | null;
  readonly syncedAt: string;
}

export const SERIES_MAX = 5;
