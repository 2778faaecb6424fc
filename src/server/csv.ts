/** RFC 4180; a cell that a spreadsheet would run as a formula is made text. Amounts may begin with a minus. */
function cell(value: string | number): string {
  const text = String(value);
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

type Rows = readonly (readonly (string | number)[])[];

const headersOf = (name: string) => ({
  'content-type': 'text/csv; charset=utf-8',
  'content-disposition': `attachment; filename="${name}"`,
  'cache-control': 'no-store',
});

export function csvResponse(name: string, rows: Rows): Response {
  return new Response(toCsv(rows), { headers: headersOf(name) });
}

/** For what is too long to hold at once: each page of rows goes out before the next is read. */
export function csvStream(name: string, pages: AsyncGenerator<Rows>): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await pages.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(toCsv(value)));
    },
    async cancel() {
      await pages.return(undefined);
    },
  });
  return new Response(body, { headers: headersOf(name) });
}
