import { start } from '../../../start';

type Given = { params: Promise<{ workspaceId: string; connectionId: string }> };

export async function GET(request: Request, { params }: Given): Promise<Response> {
  return start(request, await params);
}
