import { notFound, redirect } from 'next/navigation';
import { NotFound } from '@/errors';
import { ViewRef } from '@/features/views/schemas';
import { openView } from '@/features/views/views';
import { pageContext } from '@/server/session';

/** Opens a saved view: the overview at exactly the address that was saved. */
export default async function ViewPage({ params }: { params: Promise<{ viewId: string }> }) {
  const { ctx } = await pageContext('view:read');
  const asked = ViewRef.safeParse(await params);
  if (!asked.success) notFound();
  const view = await openView(ctx, asked.data).catch((error: unknown) => {
    if (error instanceof NotFound) notFound();
    throw error;
  });
  redirect(`/overview?${view.query ? `${view.query}&` : ''}view=${view.id}`);
}
