import type { ReactNode } from 'react';
import styles from './ui.module.css';

interface Props {
  readonly title?: string;
  readonly note?: ReactNode;
  readonly padded?: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, note, padded, children }: Props) {
  return (
    <section className={styles.panel} {...(title ? { 'aria-label': title } : {})}>
      {title && (
        <div className={styles.panelHead}>
          <h2>{title}</h2>
          {typeof note === 'string' ? <span className={styles.note}>{note}</span> : note}
        </div>
      )}
      {padded ? <div className={styles.panelBody}>{children}</div> : children}
    </section>
  );
}

export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.pageHead}>
      <h1>{title}</h1>
      {children && <div className={styles.controls}>{children}</div>}
    </div>
  );
}

export type Tone = 'good' | 'bad' | 'warning' | 'accent' | 'neutral';

export function Badge({
  tone = 'neutral',
  title,
  children,
}: {
  tone?: Tone;
  title?: string;
  children: ReactNode;
}) {
  return (
    <span className={styles.badge} data-tone={tone} title={title}>
      {children}
    </span>
  );
}

export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <section className={styles.panel} aria-label={title}>
      <div className={styles.empty}>
        <h2>{title}</h2>
        <p>{children}</p>
        {action}
      </div>
    </section>
  );
}
