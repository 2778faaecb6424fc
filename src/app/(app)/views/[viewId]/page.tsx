import { notFound, redirect } from 'next/navigation';
import { listViews } from '@/features/views/views';
import { pageContext } from '@/server/session';

/** Opens a saved view: the overview at exactly the address that was saved. */
export default async function ViewPage({ params }: { params: Promise<{ viewId: string }> }) {
  const { ctx } = await pageContext();
  const { viewId } = await params;
  const view = (await listViews(ctx)).find((one) => one.id === viewId);
  if (!view) notFound();
  redirect(`/overview?${view.query ? `${view.query}&` : ''}view=${view.id}`);
}
