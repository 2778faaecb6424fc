'use client';

import { CopyButton } from '@/ui/copy-button';
import ui from '@/ui/ui.module.css';
import styles from './people.module.css';
import type { SentInvitation } from './types';

/** That the mail is out; or the link itself, which is shown here and nowhere again. */
export function SentNotice({ sent }: { sent: SentInvitation }) {
  if (sent.link === null) {
    return (
      <div className={ui.notice} role="status">
        The invitation to {sent.email} is mailed.
      </div>
    );
  }
  return (
    <div className={ui.notice} role="status">
      <div className={styles.handOver}>
        <span>
          No mail went out. Hand this link to {sent.email} yourself: it is shown only now. Whoever has it can
          join under this address.
        </span>
        <code className={ui.code}>{sent.link}</code>
      </div>
      <CopyButton text={sent.link} label="Copy link" />
    </div>
  );
}
