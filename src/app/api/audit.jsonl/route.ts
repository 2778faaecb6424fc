import { Invalid } from '@/errors';
import { exportAudit, jsonLines } from '@/features/audit/export-audit';
import { parseAuditQuery } from '@/features/audit/schemas';
import { route } from '@/server/route';

function streamOf(lines: AsyncGenerator<string>): ReadableStream {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}

/** The audit trail with all that an outsider needs to verify its chain: one event a line, and a last line that tells its ends. */
export const GET = route({
  async handler(_request, { ctx, search, isStillSignedIn }) {
    const parsed = parseAuditQuery(search);
    if (!parsed.ok) throw new Invalid('The address does not say which events.', parsed.fields);
    const exported = await exportAudit(ctx, parsed.query, { format: 'jsonl', isStillSignedIn });
    return new Response(streamOf(jsonLines(exported)), {
      headers: {
        'content-type': 'application/jsonl; charset=utf-8',
        'content-disposition': 'attachment; filename="audit-trail.jsonl"',
        'cache-control': 'no-store',
      },
    });
  },
});
