import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { listViews } from '@/features/views/views';
import { signOut } from '@/server/auth';
import { pageContext } from '@/server/session';
import { Shell } from '@/ui/shell';

async function signOutAction(): Promise<void> {
  'use server';
  await signOut({ redirect: false });
  redirect('/sign-in');
}

export default async function AppLayout({ children }: { children: ReactNode }) {
  const { ctx, session } = await pageContext();
  const views = await listViews(ctx);
  return (
    <Shell
      workspace={session.workspace?.name ?? ''}
      person={session.name}
      views={views.map(({ id, name }) => ({ id, name }))}
      signOut={signOutAction}
    >
      {children}
    </Shell>
  );
}
