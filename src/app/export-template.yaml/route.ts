import { renderExportTemplate } from '@/aws/render-export-template';

/** The template that makes a billing export, the same bytes as in the repository; for anyone to read. */
export function GET(): Response {
  return new Response(renderExportTemplate(), {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=300' },
  });
}
