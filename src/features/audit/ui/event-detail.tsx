import { Fragment } from 'react';
import type { AuditEntry } from '../read-audit';
import styles from './audit.module.css';

type Facts = AuditEntry['detail'];

function shown(value: unknown): string {
  if (value === undefined) return '';
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function Diff({ before, after }: { before: Facts | null; after: Facts | null }) {
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return (
    <div>
      <h3>Before and after</h3>
      <div className={styles.diff}>
        {keys.map((key) => {
          const [was, is] = [shown(before?.[key]), shown(after?.[key])];
          const isSame = was === is;
          return (
            <Fragment key={key}>
              <span>{key}</span>
              <span {...(isSame ? {} : { className: styles.was })}>
                {was && `${isSame ? '' : '− '}${was}`}
              </span>
              <span {...(isSame ? {} : { className: styles.is })}>{is && `${isSame ? '' : '+ '}${is}`}</span>
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}

/** All of one event: what changed, as it was hashed, and its links. */
export function EventDetail({ event }: { event: AuditEntry }) {
  const { before, after, actor } = event;
  return (
    <div className={styles.detail}>
      {(before ?? after) && <Diff before={before} after={after} />}
      <div>
        <h3>Event</h3>
        <div className={styles.diff}>
          <span>Number</span>
          <span>{event.seq}</span>
          <span />
          <span>Action</span>
          <code>{event.action}</code>
          <span />
          <span>Time</span>
          <span>{event.at}</span>
          <span />
          {actor.id !== null && (
            <>
              <span>By</span>
              <span>
                {actor.email ?? actor.name} <code>{actor.id}</code>
              </span>
              <span />
            </>
          )}
        </div>
      </div>
      <div>
        <h3>As it was hashed</h3>
        <pre>{event.body}</pre>
      </div>
      <div>
        <h3>SHA-256 of the link before and this text</h3>
        <pre>{event.hash}</pre>
      </div>
      <div>
        <h3>The link before</h3>
        <pre>{event.prevHash ?? 'It is missing.'}</pre>
      </div>
    </div>
  );
}
