import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { listLocalMail } from '@/mail/list-local-mail';
import { runtime } from '@/runtime';
import { formatDateTime } from '@/ui/format';
import { PageHead } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import styles from './inbox.module.css';

export const metadata: Metadata = { title: 'Inbox of the demo' };
export const dynamic = 'force-dynamic';

const LINK = /(https?:\/\/\S+)/;

/** A link is made one; the rest stays text. */
function Body({ text }: { text: string }) {
  return (
    <p className={styles.body}>
      {text.split(LINK).map((part, at) =>
        LINK.test(part) ? (
          <a key={at} className={ui.link} href={part}>
            {part}
          </a>
        ) : (
          part
        ),
      )}
    </p>
  );
}

/** Where the demo's mail goes. There is no such page where mail is sent. */
export default async function InboxPage() {
  const mails = await listLocalMail(runtime());
  if (mails === null) notFound();
  return (
    <main className={styles.page}>
      <PageHead title="Inbox of the demo" />
      <p className={`${ui.small} ${ui.muted}`} style={{ marginBottom: 16 }}>
        Every mail that Belvedere would send, newest first. Nothing leaves this machine.
      </p>
      {mails.length === 0 && <div className={ui.notice}>No mail yet.</div>}
      <div className={ui.stack}>
        {mails.map((mail) => (
          <article key={mail.id} className={ui.panel}>
            <div className={ui.panelHead}>
              <h2>{mail.subject}</h2>
              <span className={ui.note}>
                to {mail.recipient} · {formatDateTime(mail.at.toISOString())}
              </span>
            </div>
            <div className={ui.panelBody}>
              <Body text={mail.body} />
            </div>
          </article>
        ))}
      </div>
    </main>
  );
}
