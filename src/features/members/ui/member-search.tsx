import Link from 'next/link';
import ui from '@/ui/ui.module.css';
import styles from './people.module.css';

/** A plain form, so that a search is an address that can be sent. */
export function MemberSearch({ search }: { search: string }) {
  return (
    <form className={styles.search} action="/settings/people" role="search">
      <input
        type="search"
        name="search"
        aria-label="Find people"
        placeholder="Name or address"
        defaultValue={search}
      />
      <button className={ui.button}>Find</button>
    </form>
  );
}

interface PagesProps {
  readonly search: string;
  readonly page: number;
  readonly pages: number;
}

const addressOf = (search: string, page: number) =>
  `/settings/people?${new URLSearchParams({ ...(search ? { search } : {}), page: String(page) }).toString()}`;

export function MemberPages({ search, page, pages }: PagesProps) {
  if (pages <= 1) return null;
  return (
    <nav className={styles.pages} aria-label="Pages of members">
      {page > 1 && (
        <Link className={ui.button} href={addressOf(search, page - 1)}>
          Earlier
        </Link>
      )}
      <span className={`${ui.small} ${ui.muted}`}>
        Page {page} of {pages}
      </span>
      {page < pages && (
        <Link className={ui.button} href={addressOf(search, page + 1)}>
          Later
        </Link>
      )}
    </nav>
  );
}
