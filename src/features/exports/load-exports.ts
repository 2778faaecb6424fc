import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AwsError, type ExportFile, type ExportSession } from '@/aws/port';
import type { Ctx } from '@/context';
import { dropUnusedShelves } from '@/db/unused-shelves';
import { DuckError, DuckGone, withDucks, withScratch, type Duck, type Ducks } from '@/duck/duck';
import { manifestsOf } from '@/focus/export-layout';
import type { RunRef } from '@/features/syncs/fence';
import { inParallel } from '@/features/syncs/in-parallel';
import { ensureOwnShelf } from '@/features/syncs/load-window';
import { connectedElsewhere } from '@/features/syncs/plan-sync';
import { learnWords } from './dictionaries';
import {
  clearPeriodFailures,
  listLoadedPeriods,
  readChosenExport,
  saveChecked,
  saveFoundExports,
  savePeriodFailure,
  type ChosenExport,
  type ExportFailure,
  type LoadedPeriod,
} from './export-store';
import { finisher } from './finish-load';
import { forgetPeriods } from './forget-periods';
import { LoadFailure } from './load-failure';
import { filesOfManifest, fingerprintOf, kindOfFiles, requireWritten, type PeriodPlan } from './plan-periods';
import { fillPeriod, OWN_SHELF_ROWS, publishPeriod, type PeriodFacts } from './publish-period';
import { mapFiles, openFiles } from './read-files';
import { writeWords } from './word-files';
import { writeFacts } from './write-facts';
import { sumResourceCosts } from '@/features/resource-costs/sum-resource-costs';

const PARALLEL_DOWNLOADS = 4;

interface Load {
  readonly ctx: Ctx;
  readonly run: RunRef;
  readonly session: ExportSession;
  readonly chosen: ChosenExport;
  readonly leftOut: readonly string[];
  /** Nothing of any export is loaded yet. */
  readonly isNew: boolean;
  readonly signal: AbortSignal;
}

function failureOf(error: unknown): ExportFailure {
  if (error instanceof LoadFailure) return { kind: error.kind, message: error.message };
  if (error instanceof AwsError && error.kind === 'permission-missing') {
    const message = `The role does not grant ${error.action} on this export's bucket and prefix. Update the stack with the bucket and prefix of the export.`;
    return { kind: 'permission-missing', message };
  }
  if (error instanceof AwsError) return { kind: 'file-changed', message: error.message };
  throw error;
}

async function textOf(load: Load, duck: Pick<Duck, 'directory'>, file: ExportFile): Promise<string> {
  const path = `${duck.directory}/manifest.json`;
  await load.session.downloadFile(load.chosen, file, path);
  return readFile(path, 'utf8');
}

async function download(
  load: Load,
  duck: Duck,
  files: readonly ExportFile[],
  extension: string,
): Promise<string[]> {
  const wanted = files.map((file, index) => ({ file, path: `${duck.directory}/${index}${extension}` }));
  await inParallel(wanted, PARALLEL_DOWNLOADS, ({ file, path }) =>
    load.session.downloadFile(load.chosen, file, path),
  );
  return wanted.map((one) => one.path);
}

/**
 * Files to facts, in a process of its own; afterwards all that is left is files for COPY. `known` is the file of the resources whose
 * keys this load knows already.
 */
async function preparePeriod(
  load: Load,
  duck: Duck,
  { plan, known }: { plan: PeriodPlan; known: string },
): Promise<PeriodFacts> {
  const { ctx, run } = load;
  const isGzip = plan.files.every((file) => file.key.endsWith('.gz'));
  const extension = plan.kind === 'parquet' ? '.parquet' : isGzip ? '.csv.gz' : '.csv';
  const paths = await download(load, duck, plan.files, extension);
  const recognised = await openFiles(duck, { paths, kind: plan.kind });
  const summary = await mapFiles(duck, recognised, load.leftOut);
  if (summary.sourceRows >= OWN_SHELF_ROWS) await ensureOwnShelf(ctx, run);
  const words = await writeWords(duck, known);
  await learnWords(ctx, run, words);
  await pipeline(createReadStream(words.resources), createWriteStream(known, { flags: 'a' }));
  const facts = await writeFacts(duck, { period: plan.period, isDaily: summary.isDaily }, words);
  duck.end();
  return {
    ...facts,
    ...summary,
    period: plan.period,
    exportId: load.chosen.id,
    fingerprint: plan.fingerprint,
    files: plan.files.length,
    bytes: plan.files.reduce((sum, file) => sum + file.bytes, 0),
  };
}

/** Settles what one period's failure means: it is written down and the others go on, or everything stops. */
async function settle(load: Load, period: string, error: unknown): Promise<void> {
  load.signal.throwIfAborted();
  if (error instanceof DuckError || error instanceof DuckGone) {
    const message = 'The files could not be read within the memory that we allow. Please tell the operator.';
    load.ctx.log.error({ err: error, connection: load.run.connectionId, period }, 'billing export');
    return savePeriodFailure(
      load.ctx,
      load.run,
      { period, exportId: load.chosen.id },
      { kind: 'internal', message },
    );
  }
  const failure = failureOf(error);
  load.ctx.log.warn(
    { connection: load.run.connectionId, period, kind: failure.kind, cause: (error as Error).cause },
    'billing export: a period was not loaded',
  );
  await savePeriodFailure(load.ctx, load.run, { period, exportId: load.chosen.id }, failure);
}

/** Runs one piece of work after the other, in the order in which they come, whatever becomes of those before. */
function queueOfOne() {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next.catch(() => undefined);
    return next;
  };
}

/**
 * One period after the other, three of them at once: while one is published, the line items of the next are filled in, and DuckDB
 * reads the one after that. No more lie on disk. Returns how many were loaded.
 */
async function runLanes(
  load: Load,
  plans: readonly PeriodPlan[],
  {
    ducks,
    known,
    onPublished,
  }: { ducks: Ducks; known: string; onPublished: (facts: PeriodFacts) => Promise<void> },
): Promise<number> {
  const { ctx, run } = load;
  const [inFill, inPublish] = [queueOfOne(), queueOfOne()];
  let loaded = 0;
  const tasks: Promise<void>[] = [];
  let room: Promise<unknown> = Promise.resolve();
  try {
    for (const plan of plans) {
      await room;
      let isRead: (facts: Promise<PeriodFacts>) => void = () => undefined;
      const read = new Promise<PeriodFacts>((resolve) => (isRead = resolve));
      const work = async (duck: Duck) => {
        const reading = preparePeriod(load, duck, { plan, known });
        isRead(reading);
        const facts = await reading;
        const leaf = await inFill(() => fillPeriod(ctx, run, facts));
        await inPublish(async () => {
          await publishPeriod(ctx, run, facts, leaf);
          await onPublished(facts);
        });
        loaded += 1;
      };
      const task = ducks.lend(work).catch((error: unknown) => settle(load, plan.period, error));
      tasks.push(task);
      // The next one is read when this one has been, and the one before the last is published.
      room = Promise.race([
        task,
        read.then(
          () => tasks.at(-3),
          () => task,
        ),
      ]);
      room.catch(() => undefined);
    }
  } finally {
    await Promise.allSettled(tasks);
  }
  await Promise.all(tasks);
  return loaded;
}

/** Brings the periods up to date, and what is known of resources. Returns how many were loaded. */
const loadPeriods = (load: Load, plans: readonly PeriodPlan[]): Promise<number> =>
  withScratch(async ({ directory }) => {
    const { add, finish } = finisher(load.ctx, load.run, { directory, isNew: load.isNew });
    const known = `${directory}/known-resources.csv`;
    await writeFile(known, '');
    const loaded = await withDucks(load.signal, (ducks) =>
      runLanes(load, plans, { ducks, known, onPublished: add }),
    );
    if (loaded === 0) return 0;
    await finish();
    // The leaves that the old line items of these periods were in: nothing names them any more.
    await dropUnusedShelves(load.ctx.db);
    return loaded;
  });

/** What of each period the bucket holds now, newest first; a period that cannot be read says why and is left as it is. */
async function planPeriods(load: Load, known: readonly LoadedPeriod[]): Promise<PeriodPlan[]> {
  const files = await load.session.listFiles(load.chosen);
  const listed = new Map(files.map((file) => [file.key, file]));
  const manifests = manifestsOf(files, load.chosen.name);
  if (manifests.size === 0) {
    throw new LoadFailure(
      'no-files',
      'The bucket holds no files of this export yet. AWS delivers the first within 24 hours of its creation.',
    );
  }
  const loaded = new Map(known.map((one) => [one.billingPeriod, one]));
  const plans: PeriodPlan[] = [];
  const unchanged: string[] = [];
  await withScratch(async (duck) => {
    for (const [period, manifest] of [...manifests].sort(([a], [b]) => (a < b ? 1 : -1))) {
      try {
        const named = filesOfManifest(await textOf(load, duck, manifest), listed);
        const fingerprint = fingerprintOf(named, { exportId: load.chosen.id, leftOut: load.leftOut });
        if (loaded.get(period)?.fingerprint === fingerprint) unchanged.push(period);
        else if (named.length > 0) {
          requireWritten(manifest, named, load.ctx.now());
          plans.push({ period, files: named, kind: kindOfFiles(named), fingerprint });
        } else if (loaded.has(period)) {
          throw new LoadFailure('no-files', 'The manifest names no files. What was loaded before stays.');
        }
      } catch (error) {
        await settle(load, period, error);
      }
    }
  });
  await clearPeriodFailures(load.ctx, load.run, unchanged);
  return plans;
}

/** True where an export was chosen or given up since this run began to load them: a choice need not wait for the next run. */
export async function isChoiceNew(ctx: Ctx, connectionId: string): Promise<boolean> {
  const chosen = await readChosenExport(ctx, connectionId);
  const known = await listLoadedPeriods(ctx, connectionId);
  return chosen && !chosen.goneAt ? chosen.checkedAt === null : known.length > 0;
}

/** Months of an export go back to Cost Explorer. True where there were some. */
async function giveBack(ctx: Ctx, run: RunRef): Promise<boolean> {
  const known = await listLoadedPeriods(ctx, run.connectionId);
  if (known.length === 0) return false;
  await forgetPeriods(
    ctx,
    run,
    known.map((one) => one.billingPeriod),
  );
  await sumResourceCosts(ctx, run);
  return true;
}

/**
 * Looks for billing exports, before it is planned what Cost Explorer is asked for. Where none is chosen any more, or AWS no longer has
 * it, its months go back to it, which may never have been asked for them: true where some did. Throws AwsError where AWS refuses the search.
 */
export async function findExports(ctx: Ctx, run: RunRef, session: ExportSession): Promise<boolean> {
  await saveFoundExports(ctx, run, await session.listExports());
  const chosen = await readChosenExport(ctx, run.connectionId);
  return chosen && !chosen.goneAt ? false : giveBack(ctx, run);
}

/**
 * Brings the chosen export's periods up to date; true where none is chosen any more and months went back to Cost Explorer. What
 * concerns one export or one period is written down with it and fails nothing else.
 */
export async function loadExports(
  ctx: Ctx,
  run: RunRef,
  session: ExportSession,
  signal: AbortSignal,
): Promise<boolean> {
  const chosen = await readChosenExport(ctx, run.connectionId);
  if (!chosen || chosen.goneAt) return giveBack(ctx, run);
  const known = await listLoadedPeriods(ctx, run.connectionId);
  const leftOut = [...(await connectedElsewhere(ctx, run))];
  const load: Load = { ctx, run, session, chosen, leftOut, isNew: known.length === 0, signal };
  let failure: ExportFailure | null = null;
  try {
    const plans = await planPeriods(load, known);
    const ofOthers = known.filter((one) => one.exportId !== chosen.id).map((one) => one.billingPeriod);
    const coming = new Set(plans.map((plan) => plan.period));
    await forgetPeriods(
      ctx,
      run,
      ofOthers.filter((period) => !coming.has(period)),
    );
    if ((await loadPeriods(load, plans)) === 0 && ofOthers.length > 0) await sumResourceCosts(ctx, run);
  } catch (error) {
    failure = failureOf(error);
  }
  await saveChecked(ctx, run, chosen.id, failure);
  return false;
}
