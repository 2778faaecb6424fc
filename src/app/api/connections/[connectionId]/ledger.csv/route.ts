import { z } from 'zod';
import { NotFound } from '@/errors';
import { readLedger } from '@/features/connections/read-connections';
import { csvResponse } from '@/server/csv';
import { route } from '@/server/route';

const MAX_ROWS = 1_000_000;

export const GET = route({
  async handler(_request, { ctx, params }) {
    const id = z.uuid().safeParse(params['connectionId']);
    if (!id.success) throw new NotFound('connection');
    const entries = await readLedger(ctx, id.data, MAX_ROWS);
    return csvResponse('access-ledger.csv', [
      [
        'time',
        'account',
        'region',
        'service',
        'action',
        'outcome',
        'milliseconds',
        'aws_request_id',
        'session_name',
      ],
      ...entries.map((entry) => [
        ...[
          entry.at.toISOString(),
          entry.awsAccountId,
          entry.region,
          entry.service,
          entry.action,
          entry.outcome,
        ],
        ...[entry.durationMs, entry.requestId ?? '', entry.sessionName],
      ]),
    ]);
  },
});
