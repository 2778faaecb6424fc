import { renderBucketTemplate } from '@/aws/render-bucket-template';

/** The template of the role that reads a bucket with billing files, the same bytes as in the repository; for anyone to read. */
export function GET(): Response {
  return new Response(renderBucketTemplate(), {
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'public, max-age=300' },
  });
}
