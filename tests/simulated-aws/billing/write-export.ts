import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildLedger } from '../cost-explorer/ledger';
import { firstOfMonth } from '../cost-explorer/periods';
import { buildSeries } from '../cost-explorer/series';
import { accountsOfSize } from '../world/accounts';
import type { AccountDefinition } from '../world/accounts';
import { epochDay, isoDay } from '../world/clock';
import { resourcesOf } from '../world/resources';
import { fillBillTables } from './bill-tables';
import type { BilledAccount } from './bill-tables';
import { oneNumber, openDuck } from './duck-tables';
import { writeMonth } from './write-files';
import type { WrittenFile } from './write-files';

export interface FocusFilesRequest {
  /** Must be there; files stand in it by month, as Data Exports writes them: `BILLING_PERIOD=2026-11/focus-00001…`. */
  directory: string;
  /** Line items in all. Each resource has at most a few a day, so few resources give fewer. */
  millions: number;
  days: number;
  resources: number;
  accounts: number;
  seed: string;
  /** The last day with cost. */
  lastDay?: Date;
}

export interface FocusFiles {
  rows: number;
  bytes: number;
  files: (WrittenFile & { month: string })[];
}

const ROWS_PER_FILE = 1_000_000;
const ACCOUNTS_PER_MILLION = 0.075;
const LAST_DAY = new Date('2026-11-27T00:00:00Z');

function billedAccount(
  account: AccountDefinition,
  request: FocusFilesRequest,
  days: { firstDay: number; lastDay: number },
): BilledAccount {
  const { seed } = request;
  const series = buildSeries(account, 'large', seed);
  const anchorDay = days.lastDay + 1;
  return {
    account,
    ledger: buildLedger({ account, series, anchorDay, ...days }),
    inventory: resourcesOf({
      account,
      series,
      seed,
      anchorDay,
      target: Math.round(request.resources / request.accounts),
    }),
  };
}

/** Writes FOCUS 1.2 Parquet of an organization of the given size, month by month, in bounded memory. */
export async function writeFocusFiles(request: FocusFilesRequest): Promise<FocusFiles> {
  const { accounts, organization } = accountsOfSize('large', request.accounts * ACCOUNTS_PER_MILLION);
  const lastDay = epochDay(request.lastDay ?? LAST_DAY);
  const firstDay = lastDay - request.days + 1;
  const billed = accounts
    .filter(({ inOrganization }) => inOrganization)
    .map((account) => billedAccount(account, request, { firstDay, lastDay }));
  const payerId = organization.managementAccountId;
  const payerName = accounts.find(({ id }) => id === payerId)?.name ?? payerId;
  const duck = await openDuck(request.directory, 2);
  const written: FocusFiles = { rows: 0, bytes: 0, files: [] };
  try {
    await fillBillTables(duck.connection, billed);
    for (let start = firstDay; start <= lastDay; start = firstOfMonth(start, 1)) {
      const wanted = request.millions * 1e6 - written.rows;
      const possible = await oneNumber(duck.connection, possibleRows(start, lastDay + 1));
      const first = firstOfMonth(start, 0);
      const month = isoDay(first).slice(0, 7);
      const folder = join(request.directory, `BILLING_PERIOD=${month}`);
      await mkdir(folder, { recursive: true });
      const files = await writeMonth(duck.connection, {
        accounts: billed,
        month: { start: isoDay(first), end: isoDay(firstOfMonth(start, 1)), payerId, payerName },
        firstDay: start,
        endDay: Math.min(firstOfMonth(start, 1), lastDay + 1),
        format: 'focus-1.2',
        grain: 'daily',
        rowsPerFile: ROWS_PER_FILE,
        kept: Math.round((wanted / Math.max(1, possible)) * 1e6),
        pathOf: (number) => join(folder, `focus-${String(number).padStart(5, '0')}.snappy.parquet`),
      });
      for (const file of files) {
        written.rows += file.rows;
        written.bytes += file.bytes;
        written.files.push({ ...file, month });
      }
    }
  } finally {
    await duck.close();
  }
  return written;
}

/** How many rows the resources would have from one day to before another. */
const possibleRows = (firstDay: number, endDay: number): string => `
  select sum(greatest(0, least(${endDay}, deleted) - greatest(${firstDay}, created)))
  from shares join lines using (line) where record_type <> 'SavingsPlanNegation'`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      directory: { type: 'string' },
      millions: { type: 'string', default: '10' },
      days: { type: 'string', default: '400' },
      resources: { type: 'string', default: '50000' },
      accounts: { type: 'string', default: '12' },
      seed: { type: 'string', default: 'belvedere' },
    },
  });
  if (values.directory === undefined) throw new Error('--directory says where the files are to be written');
  await mkdir(values.directory, { recursive: true });
  const started = performance.now();
  const { rows, bytes, files } = await writeFocusFiles({
    directory: values.directory,
    millions: Number(values.millions),
    days: Number(values.days),
    resources: Number(values.resources),
    accounts: Number(values.accounts),
    seed: values.seed,
  });
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(
    `${rows} line items in ${files.length} files, ${Math.round(bytes / 1e6)} MB, ${seconds.toFixed(1)} s\n`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
