import { readMetadata } from '@/features/sso/read-metadata';
import { runtime } from '@/runtime';
import { answering, refusedResponse } from '../../../answers';

type Given = { params: Promise<{ workspaceId: string; connectionId: string }> };

/** Identity providers fetch it, so it asks for no sign-in. It says nothing of the workspace but its two ids. */
export async function GET(request: Request, { params }: Given): Promise<Response> {
  return answering(async () => {
    const xml = await readMetadata(runtime(), await params);
    if (xml === null) return refusedResponse();
    const isDownload = new URL(request.url).searchParams.has('download');
    return new Response(xml, {
      headers: {
        'content-type': 'application/samlmetadata+xml; charset=utf-8',
        'cache-control': 'no-store',
        ...(isDownload ? { 'content-disposition': 'attachment; filename="belvedere-metadata.xml"' } : {}),
      },
    });
  });
}
