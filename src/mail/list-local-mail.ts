import type { Services } from '@/context';

const SHOWN = 100;

export interface LocalMail {
  readonly id: string;
  readonly at: Date;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
}

/** The mail of a demo, newest first; null where mail is sent, or switched off. */
export async function listLocalMail(services: Services): Promise<LocalMail[] | null> {
  if (services.mail.kind !== 'inbox') return null;
  return services.db.prisma.localMail.findMany({ orderBy: [{ at: 'desc' }, { id: 'desc' }], take: SHOWN });
}
