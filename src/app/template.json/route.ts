import { renderTemplateJson } from '@/aws/render-template';

/** The public template as JSON, the same document as /template.yaml; for anyone to read. */
export function GET(): Response {
  return new Response(renderTemplateJson(), {
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=300' },
  });
}
