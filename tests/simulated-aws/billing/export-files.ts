import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { costDataOf } from '../cost-explorer/cost-data';
import { firstOfMonth } from '../cost-explorer/periods';
import { uuidOf } from '../world/billing-state';
import type { BillingExport } from '../world/billing-state';
import { DAY_MS, epochDay, isoDay } from '../world/clock';
import type { SimClock } from '../world/clock';
import { inventoryOf } from '../world/resources';
import type { World } from '../world/world';
import type { BilledAccount } from './bill-tables';
import type { BillWriter, WrittenMonth } from './bill-writer';
import { FileFaults } from './file-faults';
import { FORMATS } from './formats';
import { dataKey, manifestKeys, manifestText } from './layout';
import type { Refresh } from './layout';

/** A file of an export as its bucket has it. */
export interface StoredFile {
  key: string;
  kind: 'data' | 'manifest';
  exportName: string;
  /** YYYY-MM. */
  month: string;
  /** Of the data files of its refresh. */
  isLast: boolean;
  bytes: number;
  etag: string;
  modifiedAt: Date;
  contentType: string;
  content: () => Buffer;
}

/** What a refresh has written. */
interface Delivery {
  refresh: Refresh;
  files: StoredFile[];
  paths: string[];
}

const SIX_IN_THE_MORNING = 6 * 3_600_000;
const etagOf = (content: Buffer): string => `"${createHash('md5').update(content).digest('hex')}"`;

/** The files of all exports of a world. A month is written when it is first asked for, and again when it has changed. */
export class ExportFiles {
  readonly faults = new FileFaults();
  /** Made with the first file. */
  private folder: string | undefined;
  /** By export and month, the newest last. Only where updates do not overwrite there is more than one. */
  private readonly deliveries = new Map<string, Delivery[]>();
  private queue: Promise<unknown> = Promise.resolve();
  private runs = 0;
  private isClosing = false;

  constructor(
    private readonly world: World,
    private readonly clock: SimClock,
  ) {}

  /** All files of the bucket whose keys begin with the prefix, in the order of their keys. */
  async list(bucket: string, prefix: string): Promise<StoredFile[]> {
    const found: StoredFile[] = [];
    for (const wanted of this.world.state.exports) {
      if (wanted.bucket !== bucket || !mayHold(wanted, prefix)) continue;
      for (const delivery of await this.upToDate(wanted, monthsOf(wanted, this.lastDay()))) {
        found.push(...delivery.files);
      }
    }
    return found
      .filter(({ key }) => key.startsWith(prefix))
      .flatMap((file) => this.faults.apply(file) ?? [])
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async find(bucket: string, key: string): Promise<StoredFile | undefined> {
    for (const wanted of this.world.state.exports) {
      if (wanted.bucket !== bucket || !key.startsWith(`${wanted.prefix}/${wanted.name}/`)) continue;
      const month = /(?:BILLING_PERIOD=|\/)(\d{4})-?(\d{2})(?:01-\d{8})?\//.exec(key);
      const months = monthsOf(wanted, this.lastDay()).filter(
        (firstDay) => isoDay(firstDay).slice(0, 7) === `${month?.[1]}-${month?.[2]}`,
      );
      const files = (await this.upToDate(wanted, months)).flatMap((delivery) => delivery.files);
      const file = files.find((one) => one.key === key);
      if (file) return this.faults.apply(file) ?? undefined;
    }
    return undefined;
  }

  /** Writes all months of all exports, so that nobody has to wait for them later. */
  async warm(): Promise<void> {
    for (const wanted of this.world.state.exports) {
      await this.upToDate(wanted, monthsOf(wanted, this.lastDay()));
    }
  }

  /** Waits for the month that is being written, then removes everything. */
  async close(): Promise<void> {
    this.isClosing = true;
    await this.queue.catch(() => undefined);
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private get directory(): string {
    this.folder ??= mkdtempSync(join(tmpdir(), 'simulated-aws-exports-'));
    return this.folder;
  }

  private lastDay(): number {
    return epochDay(this.clock.now()) - 1;
  }

  /** One at a time, so that two requests do not write the same month. */
  private upToDate(wanted: BillingExport, months: readonly number[]): Promise<Delivery[]> {
    const result = this.queue.then(() => this.deliver(wanted, months));
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async deliver(wanted: BillingExport, months: readonly number[]): Promise<Delivery[]> {
    let bill: BillWriter | undefined;
    try {
      const all: Delivery[] = [];
      for (const firstDay of months) {
        if (this.isClosing) throw new Error('The simulator is stopping');
        const refresh = this.refreshOf(wanted, firstDay);
        const key = `${wanted.ownerId} ${wanted.name} ${firstDay}`;
        const known = this.deliveries.get(key) ?? [];
        if (known.at(-1)?.refresh.executionId !== refresh.executionId) {
          bill ??= await this.openBill(wanted);
          const made = await this.write(bill, wanted, refresh);
          this.deliveries.set(key, keepOrReplace(wanted, known, made));
        }
        all.push(...(this.deliveries.get(key) ?? []));
      }
      return all;
    } finally {
      await bill?.close();
    }
  }

  /** What the month's contents follow from; as long as that is the same, so is the refresh. */
  private refreshOf(wanted: BillingExport, firstDay: number): Refresh {
    const nextDay = firstOfMonth(firstDay, 1);
    const endDay = Math.min(nextDay, this.lastDay() + 1);
    const month = isoDay(firstDay).slice(0, 7);
    const accounts = this.accountIds(wanted);
    const restatements = this.world.state.restatements.filter(
      (one) => one.month === month && accounts.includes(one.accountId),
    );
    const { seed, size, state } = this.world;
    const facts = [seed, size, state.anchorDay, wanted, accounts, firstDay, endDay, restatements];
    const times = [endDay * DAY_MS + SIX_IN_THE_MORNING, ...restatements.map(({ at }) => Date.parse(at))];
    return {
      executionId: uuidOf('refresh', JSON.stringify(facts)),
      firstDay,
      nextDay,
      at: new Date(Math.max(...times)),
    };
  }

  private accountIds(wanted: BillingExport): string[] {
    const visible = this.world.visibleAccounts(wanted.ownerId);
    return visible.filter((id) => wanted.accounts === null || wanted.accounts.includes(id));
  }

  private billed(wanted: BillingExport): BilledAccount[] {
    const data = costDataOf(this.world, this.clock);
    return this.accountIds(wanted).flatMap((id) => {
      const account = this.world.accounts.get(id);
      const ledger = data.ledger(id);
      return account && ledger ? [{ account, ledger, inventory: inventoryOf(this.world, id) }] : [];
    });
  }

  private async openBill(wanted: BillingExport): Promise<BillWriter> {
    // Most tests want no export, and DuckDB takes its time to load.
    const { openBill } = await import('./bill-writer');
    return openBill(this.directory, this.billed(wanted));
  }

  private async write(bill: BillWriter, wanted: BillingExport, refresh: Refresh): Promise<Delivery> {
    const { firstDay, nextDay } = refresh;
    const payerName = this.world.accounts.get(wanted.ownerId)?.name ?? wanted.ownerId;
    const { format, grain, rowsPerFile } = wanted;
    const run = (this.runs += 1);
    const written = await bill.write({
      month: { start: isoDay(firstDay), end: isoDay(nextDay), payerId: wanted.ownerId, payerName },
      firstDay,
      endDay: Math.min(nextDay, this.lastDay() + 1),
      format,
      grain,
      rowsPerFile,
      pathOf: (number) => join(this.directory, `${run}-${number}.${FORMATS[format].extension}`),
    });
    return deliveryOf(wanted, refresh, written);
  }
}

function mayHold({ prefix, name }: BillingExport, wanted: string): boolean {
  const root = `${prefix}/${name}/`;
  return root.startsWith(wanted) || wanted.startsWith(root);
}

/** The first days of the billing periods of an export, oldest first. */
function monthsOf({ months }: BillingExport, lastDay: number): number[] {
  return Array.from({ length: months }, (_, index) => firstOfMonth(lastDay, index - months + 1));
}

function keepOrReplace(wanted: BillingExport, known: readonly Delivery[], made: Delivery): Delivery[] {
  if (!wanted.overwrite) {
    const newest = manifestKeys(wanted, made.refresh).newest;
    // The manifest above the folders is one file, and now the new refresh's.
    return [...known.map((one) => ({ ...one, files: one.files.filter(({ key }) => key !== newest) })), made];
  }
  for (const path of known.flatMap(({ paths }) => paths)) rmSync(path, { force: true });
  return [made];
}

function deliveryOf(
  wanted: BillingExport,
  refresh: Refresh,
  { files: written, columns }: WrittenMonth,
): Delivery {
  const common = {
    exportName: wanted.name,
    month: isoDay(refresh.firstDay).slice(0, 7),
    modifiedAt: refresh.at,
  };
  const data = written.map(({ path, bytes }, index): StoredFile => ({
    ...common,
    key: dataKey(wanted, refresh, index + 1),
    kind: 'data',
    isLast: index === written.length - 1,
    bytes,
    etag: etagOf(readFileSync(path)),
    contentType: 'application/octet-stream',
    content: () => readFileSync(path),
  }));
  const keys = data.map(({ key }) => key);
  const manifest = Buffer.from(manifestText(wanted, refresh, keys, columns));
  const { newest, own } = manifestKeys(wanted, refresh);
  const manifests = [own, newest].flatMap((key): StoredFile[] =>
    key === null
      ? []
      : [
          {
            ...common,
            key,
            kind: 'manifest',
            isLast: true,
            bytes: manifest.length,
            etag: etagOf(manifest),
            contentType: 'application/json',
            content: () => manifest,
          },
        ],
  );
  return { refresh, files: [...data, ...manifests], paths: written.map(({ path }) => path) };
}
