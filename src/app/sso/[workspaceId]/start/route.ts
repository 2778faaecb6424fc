import { start } from '../../start';

type Given = { params: Promise<{ workspaceId: string }> };

/** By the connection that is on. */
export async function GET(request: Request, { params }: Given): Promise<Response> {
  return start(request, { workspaceId: (await params).workspaceId, connectionId: null });
}
