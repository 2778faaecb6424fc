import type { Restatement } from '../world/billing-state';
import { DAY_MS, isoDay } from '../world/clock';
import type { Ledger } from './ledger';
import { stableHash } from './series';
import type { Series } from './series';
import { S3 } from './service-names';

/** The line that corrections of an account are booked on. */
export function correctionSeries(accountId: string): Series {
  return {
    service: S3,
    region: 'us-east-1',
    usageType: 'Requests-Tier1',
    operation: 'Correction',
    recordType: 'Refund',
    instanceType: 'NoInstanceType',
    team: '',
    environment: '',
    unit: 'N/A',
    rate: 0,
    daily: 0,
    weekendDip: 0,
    density: 1,
    hash: stableHash(accountId, 'correction'),
  };
}

/** Applies what was restated, oldest first, to the ledger that says what was first billed. */
export function restateLedger(ledger: Ledger, restatements: readonly Restatement[]): void {
  for (const restatement of restatements) {
    if (restatement.kind === 'amounts') changeAmounts(ledger, restatement);
    else addCorrection(ledger, restatement);
  }
}

function changeAmounts({ series, days, firstDay, ...columns }: Ledger, { month, factor }: Restatement): void {
  series.forEach(({ recordType, hash }, row) => {
    if (recordType !== 'Usage' || hash % 4 !== 0) return;
    for (let index = 0; index < days; index++) {
      if (isoDay(firstDay + index).slice(0, 7) !== month) continue;
      const cell = row * days + index;
      const restated = Math.round((columns.unblended[cell] ?? 0) * factor);
      columns.unblended[cell] = restated;
      columns.amortized[cell] = restated;
    }
  });
}

function addCorrection(ledger: Ledger, { month, nanos }: Restatement): void {
  const row = ledger.series.findIndex(({ operation }) => operation === 'Correction');
  const index = Date.parse(`${month}-01T00:00:00Z`) / DAY_MS - ledger.firstDay;
  if (row < 0 || index < 0 || index >= ledger.days) return;
  const cell = row * ledger.days + index;
  ledger.unblended[cell] = (ledger.unblended[cell] ?? 0) + nanos;
  ledger.amortized[cell] = (ledger.amortized[cell] ?? 0) + nanos;
  ledger.quantity[cell] = 1;
}
