import { renderTemplate } from '@/aws/render-template';

/** The public template, the same bytes as in S3 and in the repository; for anyone to read. */
export function GET(): Response {
  return new Response(renderTemplate(), {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=300' },
  });
}
