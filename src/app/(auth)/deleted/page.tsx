import type { Metadata } from 'next';
import Link from 'next/link';
import styles from '@/features/erasure/ui/receipt.module.css';
import { Deleted } from '@/features/workspaces/ui/deleted';
import { PageHead } from '@/ui/panel';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Workspace deleted' };

/** For anyone: whoever comes here has just deleted what they were signed in to. */
export default function DeletedPage() {
  return (
    <main className={styles.narrow} style={{ margin: '0 auto', padding: '32px 16px 64px' }}>
      <PageHead title="Workspace deleted">
        <Link className={ui.link} href="/sign-in">
          Sign in
        </Link>
      </PageHead>
      <Deleted />
    </main>
  );
}
