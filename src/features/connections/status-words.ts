import type { Tone } from '@/ui/panel';
import { formatAccountId } from '@/ui/format';
import type { ConnectionSummary } from './read-connections';

/** What a connection is of. */
export const accountWords = ({ kind, awsAccountId }: ConnectionSummary['connection']): string =>
  kind === 'upload' ? 'Uploaded files' : formatAccountId(awsAccountId);

/** A connection's state in a word or two. */
export function statusWords({ connection, sync }: ConnectionSummary): { text: string; tone: Tone } {
  if (connection.status === 'pending') return { text: 'waiting for the role', tone: 'accent' };
  if (connection.status === 'refused') return { text: 'refused', tone: 'bad' };
  if (connection.status === 'attention') return { text: 'needs attention', tone: 'warning' };
  if (sync?.status === 'running' || sync?.status === 'queued') return { text: 'syncing', tone: 'accent' };
  if (sync?.status === 'paused') {
    return {
      text: sync.failure?.kind === 'daily-cap' ? 'daily limit reached' : 'goes on by itself',
      tone: 'warning',
    };
  }
  if (sync?.status === 'failed') return { text: 'last sync failed', tone: 'warning' };
  return { text: 'active', tone: 'good' };
}
