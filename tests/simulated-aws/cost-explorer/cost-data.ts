import { epochDay } from '../world/clock';
import type { SimClock } from '../world/clock';
import type { World } from '../world/world';
import { buildLedger } from './ledger';
import type { Ledger } from './ledger';
import { firstOfMonth } from './periods';
import { correctionSeries, restateLedger } from './restate-ledger';
import { buildSeries } from './series';
import type { Series } from './series';

const MONTHS_KEPT = 14;

/** The accounts' ledgers, made when first asked for and again when a new day has come. */
export class CostData {
  private readonly ledgers = new Map<
    string,
    { lastDay: number; anchorDay: number; restated: string; ledger: Ledger }
  >();
  private readonly series = new Map<string, Series[]>();

  constructor(
    private readonly world: World,
    private readonly clock: SimClock,
  ) {}

  /** Yesterday: the last day with cost. */
  lastDay(): number {
    return epochDay(this.clock.now()) - 1;
  }

  ledger(accountId: string): Ledger | undefined {
    const account = this.world.accounts.get(accountId);
    if (!account) return undefined;
    const lastDay = this.lastDay();
    const { anchorDay } = this.world.state;
    const restatements = this.world.state.restatements.filter((one) => one.accountId === accountId);
    const restated = JSON.stringify(restatements);
    const known = this.ledgers.get(accountId);
    const isCurrent = known?.lastDay === lastDay && known.anchorDay === anchorDay;
    if (known && isCurrent && known.restated === restated) return known.ledger;
    const usual = this.series.get(accountId) ?? buildSeries(account, this.world.size, this.world.seed);
    this.series.set(accountId, usual);
    const isCorrected = restatements.some(({ kind }) => kind === 'correction');
    const series = isCorrected ? [...usual, correctionSeries(accountId)] : usual;
    const firstDay = firstOfMonth(Math.min(anchorDay, lastDay), -MONTHS_KEPT);
    const ledger = buildLedger({ account, series, firstDay, lastDay, anchorDay });
    restateLedger(ledger, restatements);
    this.ledgers.set(accountId, { lastDay, anchorDay, restated, ledger });
    return ledger;
  }
}

const byWorld = new WeakMap<World, CostData>();

export function costDataOf(world: World, clock: SimClock): CostData {
  const known = byWorld.get(world);
  if (known) return known;
  const data = new CostData(world, clock);
  byWorld.set(world, data);
  return data;
}
