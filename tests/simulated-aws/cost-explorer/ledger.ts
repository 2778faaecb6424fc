import type { AccountDefinition } from '../world/accounts';
import { DAY_MS, epochDay } from '../world/clock';
import { NANOS, QUANTITY_SCALE } from './money';
import type { Series } from './series';
import { EC2_COMPUTE, EC2_OTHER } from './service-names';

/** All line items of one account: for every series one column of days, side by side. */
export interface Ledger {
  series: Series[];
  firstDay: number;
  days: number;
  /** Nanodollars at `series * days + (day - firstDay)`. */
  unblended: Float64Array;
  amortized: Float64Array;
  /** Zero means that there is no line item on that day. */
  quantity: Float64Array;
}

const REFERENCE_DAY = epochDay(new Date('2026-11-01T00:00:00Z'));
const MONTHLY_GROWTH = 1.02;
const NOISE = 0.09;
const SPIKE_FIRST = 9;
const SPIKE_LAST = 6;
const SPIKE_FACTOR = 45;
const SUSPENDED_FOR = 152;
const SP_SHARE = 0.62;
const SP_RATE = 0.72;
const RI_RATE = 0.61;

/** A number in [0, 1) that depends on the series and the day alone, so tomorrow's world has the same past. */
function dice(hash: number, day: number, salt: number): number {
  let mixed = Math.imul(hash ^ Math.imul(day + salt, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

function growth(day: number): number {
  return MONTHLY_GROWTH ** ((day - REFERENCE_DAY) / 30.44);
}

interface Calendar {
  firstDay: number;
  days: number;
  growth: Float64Array;
  weekend: Uint8Array;
  /** Days in the month on its first day, zero on all others. */
  monthStart: Uint8Array;
}

function calendarOf(firstDay: number, lastDay: number): Calendar {
  const days = Math.max(0, lastDay - firstDay + 1);
  const calendar: Calendar = {
    firstDay,
    days,
    growth: new Float64Array(days),
    weekend: new Uint8Array(days),
    monthStart: new Uint8Array(days),
  };
  for (let index = 0; index < days; index++) {
    const date = new Date((firstDay + index) * DAY_MS);
    calendar.growth[index] = growth(firstDay + index);
    calendar.weekend[index] = date.getUTCDay() % 6 === 0 ? 1 : 0;
    if (date.getUTCDate() === 1) {
      calendar.monthStart[index] = new Date(
        Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0),
      ).getUTCDate();
    }
  }
  return calendar;
}

export interface LedgerRequest {
  account: AccountDefinition;
  series: Series[];
  firstDay: number;
  lastDay: number;
  anchorDay: number;
}

export function buildLedger({ account, series, firstDay, lastDay, anchorDay }: LedgerRequest): Ledger {
  const closed = account.isSuspended ? Math.min(lastDay, anchorDay - SUSPENDED_FOR) : lastDay;
  const calendar = calendarOf(firstDay, closed);
  const cells = series.length * calendar.days;
  const ledger: Ledger = {
    series,
    firstDay,
    days: calendar.days,
    unblended: new Float64Array(cells),
    amortized: new Float64Array(cells),
    quantity: new Float64Array(cells),
  };
  series.forEach((each, row) => fillRow(ledger, calendar, each, row));
  addSpike(ledger, account, anchorDay);
  applySavingsPlan(ledger);
  applyReservations(ledger, calendar);
  return ledger;
}

function isMonthly(series: Series): boolean {
  return series.recordType === 'Tax' || series.recordType === 'Support';
}

function fillRow(ledger: Ledger, calendar: Calendar, series: Series, row: number): void {
  const { unblended, amortized, quantity } = ledger;
  const { hash, density, weekendDip, rate } = series;
  const monthly = isMonthly(series);
  const isFree = series.daily === 0 && series.recordType === 'Usage';
  if (series.daily === 0 && !isFree) return;
  for (let index = 0; index < calendar.days; index++) {
    if (monthly && calendar.monthStart[index] === 0) continue;
    const day = calendar.firstDay + index;
    if (density < 1 && dice(hash, day, 7) >= density) continue;
    const noise = 1 + (dice(hash, day, 1) + dice(hash, day, 2) - 1) * NOISE;
    const dip = calendar.weekend[index] === 1 ? 1 - weekendDip : 1;
    const nanos = Math.round(
      series.daily * NANOS * (calendar.growth[index] ?? 1) * noise * (monthly ? 1 : dip),
    );
    const cell = row * calendar.days + index;
    unblended[cell] = nanos;
    amortized[cell] = nanos;
    quantity[cell] = quantityOf(nanos, rate, isFree ? dice(hash, day, 3) * 900 : 1);
  }
}

function quantityOf(nanos: number, rate: number, otherwise: number): number {
  const units = rate > 0 ? Math.abs(nanos) / NANOS / rate : otherwise;
  return Math.max(1, Math.round(units * QUANTITY_SCALE));
}

/** The one incident of the story: NAT gateway traffic in Ireland, four days long. */
function addSpike(ledger: Ledger, account: AccountDefinition, anchorDay: number): void {
  if (account.profile !== 'production' || account.name !== 'acme-production') return;
  ledger.series.forEach(({ service, usageType, region }, row) => {
    if (service !== EC2_OTHER || !usageType.endsWith('NatGateway-Bytes') || region !== 'eu-west-1') return;
    for (let day = anchorDay - SPIKE_FIRST; day <= anchorDay - SPIKE_LAST; day++) {
      const index = day - ledger.firstDay;
      if (index < 0 || index >= ledger.days) continue;
      for (const column of [ledger.unblended, ledger.amortized, ledger.quantity]) {
        const cell = row * ledger.days + index;
        column[cell] = (column[cell] ?? 0) * SPIKE_FACTOR;
      }
    }
  });
}

/**
 * A Savings Plan with a fixed commitment. Covered usage shows the on-demand price, which a negation takes
 * back; amortized, it shows the plan's price. The fee is the whole commitment, amortized only what is unused.
 */
function applySavingsPlan(ledger: Ledger): void {
  const { series, days, unblended, amortized, quantity } = ledger;
  const feeRow = series.findIndex(({ recordType }) => recordType === 'SavingsPlanRecurringFee');
  if (feeRow < 0) return;
  const rows = series.flatMap(({ service, recordType }, row) =>
    service === EC2_COMPUTE &&
    recordType === 'Usage' &&
    series[row + 1]?.recordType === 'SavingsPlanCoveredUsage'
      ? [row]
      : [],
  );
  const usual = rows.reduce((sum, row) => sum + (series[row]?.daily ?? 0), 0);
  const commitment = Math.round(usual * SP_SHARE * SP_RATE * NANOS);
  for (let index = 0; index < days; index++) {
    let unused = commitment;
    for (const row of rows) {
      const cell = row * days + index;
      const onDemand = unblended[cell] ?? 0;
      const planned = Math.min(unused, Math.round(onDemand * SP_SHARE * SP_RATE));
      const covered = Math.round(planned / SP_RATE);
      const coveredQuantity = Math.round(((quantity[cell] ?? 0) * covered) / Math.max(1, onDemand));
      unused -= planned;
      unblended[cell] = onDemand - covered;
      amortized[cell] = onDemand - covered;
      quantity[cell] = Math.max(1, (quantity[cell] ?? 0) - coveredQuantity);
      unblended[cell + days] = covered;
      amortized[cell + days] = planned;
      quantity[cell + days] = coveredQuantity;
      unblended[cell + 2 * days] = -covered;
      quantity[cell + 2 * days] = coveredQuantity;
    }
    const fee = feeRow * days + index;
    unblended[fee] = commitment;
    amortized[fee] = unused;
    quantity[fee] = 24 * QUANTITY_SCALE;
  }
}

/** Reserved instances: the fee falls on the first of the month, amortized it spreads over the hours used. */
function applyReservations(ledger: Ledger, calendar: Calendar): void {
  const { series, days, unblended, amortized, quantity } = ledger;
  series.forEach(({ recordType, daily }, row) => {
    if (recordType !== 'DiscountedUsage') return;
    const perDay = Math.round(daily * RI_RATE * NANOS);
    for (let index = 0; index < days; index++) {
      const cell = row * days + index;
      unblended[cell] = 0;
      amortized[cell] = perDay;
      const monthDays = calendar.monthStart[index] ?? 0;
      if (monthDays === 0) continue;
      unblended[cell + days] = perDay * monthDays;
      quantity[cell + days] = monthDays * 24 * QUANTITY_SCALE;
    }
  });
}
