import { z } from 'zod';
import { NotFound } from '@/errors';
import { beginLedgerExport, streamLedger } from '@/features/connections/read-ledger';
import { csvStream } from '@/server/csv';
import { route } from '@/server/route';

const HEADER = [
  ...['time', 'account', 'region', 'service', 'action', 'outcome', 'milliseconds'],
  ...['aws_request_id', 'session_name'],
];

export const GET = route({
  async handler(_request, { ctx, params, isStillSignedIn }) {
    const id = z.uuid().safeParse(params['connectionId']);
    if (!id.success) throw new NotFound('connection');
    await beginLedgerExport(ctx, id.data);
    return csvStream(
      'access-ledger.csv',
      (async function* () {
        yield [HEADER];
        for await (const page of streamLedger(ctx, id.data)) {
          if (!(await isStillSignedIn())) return;
          yield page.map((entry) => [
            ...[
              entry.at.toISOString(),
              entry.awsAccountId,
              entry.region,
              entry.service,
              entry.action,
              entry.outcome,
            ],
            ...[entry.durationMs, entry.requestId ?? '', entry.sessionName],
          ]);
        }
      })(),
    );
  },
});
