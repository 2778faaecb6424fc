import { Invalid } from '@/errors';
import { CSV_HEADER, csvRow, exportAudit } from '@/features/audit/export-audit';
import { parseAuditQuery } from '@/features/audit/schemas';
import { csvStream } from '@/server/csv';
import { route } from '@/server/route';

/** The audit trail as the filter of the address shows it, for a spreadsheet. */
export const GET = route({
  async handler(_request, { ctx, search, isStillSignedIn }) {
    const parsed = parseAuditQuery(search);
    if (!parsed.ok) throw new Invalid('The address does not say which events.', parsed.fields);
    const { pages } = await exportAudit(ctx, parsed.query, { format: 'csv', isStillSignedIn });
    return csvStream(
      'audit-trail.csv',
      (async function* () {
        yield [CSV_HEADER];
        for await (const page of pages) yield page.map(csvRow);
      })(),
    );
  },
});
