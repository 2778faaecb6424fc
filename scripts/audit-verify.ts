import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { closeDb, inWorkspace, openDb, sqlInWorkspace } from '../src/db/client';
import { describeBreak, describeReport } from '../src/features/audit/chain';
import { recordAudit } from '../src/features/audit/record-audit';
import { checkChain, hasLink, verificationFacts } from '../src/features/audit/verify-chain';
import { verifyFile, type FileReport } from '../src/features/audit/verify-file';
import { databaseTlsFault } from '../src/security/database-tls';
import { deploymentEnv } from './env-file';

const USAGE = `Say which audit trail:
  npm run audit:verify -- WORKSPACE_ID [NUMBER:HASH]   the one in the database; with a link that you noted earlier, also that it is still there
  npm run audit:verify -- --file EXPORT.jsonl          an export, with nothing but the file
`;

const say = (text: string) => process.stdout.write(`${text}\n`);

function describeFile(report: FileReport): string {
  const { broken, newest, oldest, filter, events } = report;
  if (broken) return `${describeBreak(broken)}${broken.at ? ` (${broken.action ?? ''}, ${broken.at})` : ''}`;
  if (!newest) return 'The export is whole and has no events.';
  if (filter !== '') {
    return `${events} events, and each fits its own link. The export was filtered (${filter ?? ''}), so the file cannot say whether others are missing.`;
  }
  return `${events} events of workspace ${report.workspaceId ?? ''}, ${oldest ?? ''} to ${newest.seq}, unbroken. Newest link: ${newest.hash}. Compare it with what others noted.`;
}

async function ofFile(file: string): Promise<boolean> {
  const report = await verifyFile(
    createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity }),
  );
  say(describeFile(report));
  return report.broken === null;
}

/** As the application's own login and under its Row Level Security: it needs no more. */
async function ofDatabase(workspaceId: string, noted: string | undefined): Promise<boolean> {
  const url = deploymentEnv()['DATABASE_URL'];
  if (!url) throw new Error('Set DATABASE_URL to the database that the application uses.');
  const fault = databaseTlsFault(url);
  if (fault) throw new Error(`DATABASE_URL ${fault}.`);
  const link = noted === undefined ? null : /^(\d+):([0-9a-fA-F]{64})$/.exec(noted);
  if (noted !== undefined && !link) throw new Error('A noted link looks like 57:9f86d081…, number and hash.');
  const db = openDb(url, { poolSize: 2 });
  try {
    const { report, isThere } = await sqlInWorkspace(db, workspaceId, 'read', async (sql) => {
      const { rowCount } = await sql.query('select from workspace where id = $1', [workspaceId]);
      if (rowCount !== 1) throw new Error('There is no such workspace.');
      return {
        report: await checkChain(sql, workspaceId),
        isThere: link ? await hasLink(sql, workspaceId, Number(link[1]), link[2] ?? '') : true,
      };
    });
    say(describeReport(report));
    if (link && isThere === null) say(`The noted link ${link[1]} is older than what is kept.`);
    else if (link)
      say(isThere ? `The noted link ${link[1]} is in it.` : `The noted link ${link[1]} is NOT in it.`);
    const actor = { kind: 'system', job: 'audit-verify', permissions: [] } as const;
    await inWorkspace(db, workspaceId, async (tx) =>
      recordAudit(
        tx,
        { workspaceId, now: () => new Date(), actor },
        'audit.verified',
        null,
        verificationFacts(report),
      ),
    ).catch(() => say('The verification itself could not be written down: the chain takes no event.'));
    return report.broken === null && isThere !== false;
  } finally {
    await closeDb(db);
  }
}

async function main(): Promise<number> {
  const [first, second] = process.argv.slice(2);
  if (!first || (first === '--file' && !second)) {
    process.stderr.write(USAGE);
    return 2;
  }
  const isUnbroken = first === '--file' ? await ofFile(second ?? '') : await ofDatabase(first, second);
  return isUnbroken ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  },
);
