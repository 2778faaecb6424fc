import type { ReactNode } from 'react';
import { DeskNav } from '@/features/staff/ui/desk-nav';
import styles from '@/features/staff/ui/staff.module.css';
import { staffDesk } from '@/server/staff-session';
import ui from '@/ui/ui.module.css';
import { signOutStaffAction } from '../actions';

export default async function DeskLayout({ children }: { children: ReactNode }) {
  const { staff } = await staffDesk();
  return (
    <div className={styles.desk}>
      <header className={styles.head}>
        <b>Belvedere staff</b>
        <DeskNav />
        <div className={styles.person}>
          <span>{staff.name}</span>
          <form action={signOutStaffAction}>
            <button className={ui.button}>Sign out</button>
          </form>
        </div>
      </header>
      <main id="content">{children}</main>
    </div>
  );
}
