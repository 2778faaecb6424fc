import type { Metadata } from 'next';
import { listSessions } from '@/features/auth/own-sessions';
import { SessionList } from '@/features/auth/ui/session-list';
import { personContext, requirePerson } from '@/server/session';
import { endOtherSessionsAction, endSessionAction } from '../actions';

export const metadata: Metadata = { title: 'Sessions' };

export default async function SessionsPage() {
  await personContext();
  const sessions = await listSessions(await requirePerson());
  return <SessionList sessions={sessions} end={endSessionAction} endOthers={endOtherSessionsAction} />;
}
