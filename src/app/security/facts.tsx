import type { ReactNode } from 'react';
import { Panel } from '@/ui/panel';
import styles from './security.module.css';

interface SectionProps {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly children: ReactNode;
}

export function Section({ id, title, note, children }: SectionProps) {
  return (
    <div id={id} className={styles.group}>
      <Panel title={title} {...(note ? { note } : {})}>
        {children}
      </Panel>
    </div>
  );
}

export interface Fact {
  readonly term: string;
  readonly text: ReactNode;
}

export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.definitions}>
      {facts.map(({ term, text }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Mail({ to }: { to: string }) {
  return (
    <a className={styles.link} href={`mailto:${to}`}>
      {to}
    </a>
  );
}

export function Outside({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className={styles.link} href={href} rel="noopener noreferrer">
      {children}
    </a>
  );
}
