import type { ReactNode } from 'react';
import styles from './auth.module.css';

/** The frame of every page at the door. */
export function AuthCard({
  title,
  children,
  foot,
}: {
  title: string;
  children: ReactNode;
  foot?: ReactNode;
}) {
  return (
    <main className={styles.frame}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <span aria-hidden="true">B</span>
          <span>Belvedere</span>
        </div>
        <h1>{title}</h1>
        {children}
        {foot && <p className={styles.foot}>{foot}</p>}
      </div>
    </main>
  );
}
