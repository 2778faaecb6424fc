import type { ReactNode } from 'react';
import { TEMPLATE_VERSION } from '@/aws/permissions';
import type { GrantedAction, TemplateChange, TemplateHistoryEntry } from '@/aws/template-history';
import { formatDay } from '@/ui/format';
import { Badge, Panel } from '@/ui/panel';
import styles from './security.module.css';

function Part({ title, count, children }: { title: string; count: number; children: ReactNode }) {
  if (count === 0) return null;
  return (
    <>
      <h4>
        {title}: {count}
      </h4>
      <ul className={styles.list}>{children}</ul>
    </>
  );
}

const item = ({ action, group }: GrantedAction) => (
  <li key={action}>
    <code>{action}</code> in {group}
  </li>
);

function Change({ change }: { change: TemplateChange }) {
  const { added, removed, moved, texts } = change;
  if (added.length + removed.length + moved.length + texts.length === 0) {
    return <p>The same actions and the same texts; only comments changed.</p>;
  }
  return (
    <>
      <Part title="Actions added" count={added.length}>
        {added.map(item)}
      </Part>
      <Part title="Actions removed" count={removed.length}>
        {removed.map(item)}
      </Part>
      <Part title="Actions in another group" count={moved.length}>
        {moved.map(({ action, group, before }) => (
          <li key={action}>
            <code>{action}</code> from {before} to {group}
          </li>
        ))}
      </Part>
      <Part title="Texts changed" count={texts.length}>
        {texts.map(({ place, before, after }) => (
          <li key={place}>
            <code>{place}</code>
            {before !== null && <del>{before}</del>}
            {after !== null && <ins>{after}</ins>}
          </li>
        ))}
      </Part>
    </>
  );
}

export function VersionList({ history }: { history: readonly TemplateHistoryEntry[] }) {
  return (
    <Panel title="What changed" note="Worked out from the recorded versions">
      <ol className={styles.versions}>
        {history.map(({ version, change }) => (
          <li key={version.version}>
            <h3>
              Version {version.version}
              {version.version === TEMPLATE_VERSION && <Badge tone="good">current</Badge>}
            </h3>
            <p>
              {formatDay(version.date, { year: true })}. {version.summary}
              {change === null && `, ${Object.values(version.actions).flat().length} actions`}.
            </p>
            <p>
              SHA-256 <code className={styles.hash}>{version.sha256}</code>
            </p>
            {change && <Change change={change} />}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
