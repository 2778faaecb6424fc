import Link from 'next/link';
import type { ReactNode } from 'react';
import { ButtonLink } from '@/ui/button-link';
import { PageHead } from '@/ui/panel';
import { Contents, type Entry } from './contents';
import contents from './contents.module.css';
import styles from './security.module.css';

const places = [
  { href: '/security', label: 'Security' },
  { href: '/privacy', label: 'Privacy' },
  { href: '/subprocessors', label: 'Subprocessors' },
] as const;

interface Props {
  readonly title: string;
  readonly here: (typeof places)[number]['href'];
  readonly lead: ReactNode;
  readonly entries?: readonly Entry[];
  readonly controls?: ReactNode;
  readonly children: ReactNode;
}

/** Pages for anyone, without a session. */
export function PublicFrame({ title, here, lead, entries = [], controls, children }: Props) {
  return (
    <div className={styles.frame}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <span aria-hidden="true">B</span>
          Belvedere
        </span>
        <nav className={styles.places} aria-label="Public pages">
          {places.map(({ href, label }) => (
            <Link key={href} href={href} {...(href === here ? { 'aria-current': 'page' as const } : {})}>
              {label}
            </Link>
          ))}
          <ButtonLink href="/sign-in">Sign in</ButtonLink>
        </nav>
      </header>
      <main>
        <PageHead title={title}>{controls}</PageHead>
        <p className={styles.lead}>{lead}</p>
        <div className={entries.length > 0 ? contents.layout : undefined}>
          {entries.length > 0 && <Contents entries={entries} />}
          <div className={contents.body}>{children}</div>
        </div>
      </main>
    </div>
  );
}
