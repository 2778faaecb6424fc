import type { Metadata } from 'next';
import { actionsOf, allGroupIds, permissionGroups } from '@/aws/permissions';
import { templateHistory, templateSha256 } from '@/aws/template-history';
import { ButtonLink } from '@/ui/button-link';
import { PageHead } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { ActionFilter } from './action-filter';
import { ActionTable, foundNotes } from './action-table';
import { ClosePanel, NeverPanel, TemplatePanel, TrustPanel } from './template-facts';
import { VersionList } from './version-list';
import styles from './security.module.css';

export const metadata: Metadata = {
  title: 'What Belvedere may read',
  description: 'Every AWS action that the Belvedere role can be given, what it returns and why it is safe.',
};

interface Props {
  readonly searchParams: Promise<{ readonly q?: string | string[] }>;
}

/** For a security reviewer, without an account. It shows the template and nothing of any workspace. */
export default async function SecurityPage({ searchParams }: Props) {
  const { q } = await searchParams;
  const query = (Array.isArray(q) ? (q[0] ?? '') : (q ?? '')).slice(0, 200);
  const actions = actionsOf(allGroupIds);
  const services = new Set(actions.map((action) => action.split(':')[0])).size;
  const groups = permissionGroups.map((group) => ({ group, found: foundNotes(group, query) }));
  const history = templateHistory();
  return (
    <div className={styles.frame}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <span aria-hidden="true">B</span>
          Belvedere
        </span>
        <ButtonLink href="/sign-in">Sign in</ButtonLink>
      </header>
      <main>
        <PageHead title="What Belvedere may read">
          <a className={ui.button} data-kind="primary" href="#actions">
            Find an action
          </a>
          <ButtonLink href="/template.yaml" external>
            Template as YAML
          </ButtonLink>
          <ButtonLink href="/template.json" external>
            JSON
          </ButtonLink>
        </PageHead>
        <p className={styles.lead}>
          Belvedere reads an AWS account through one role that you make from one template. The role can be
          given {actions.length} actions in {services} services, in {groups.length} groups; you may strike
          every group but the first. They return cost, names and inventory. None changes anything, and none
          reads what a resource holds, with one exception that is off by default: the files of one billing
          export, in one folder of one bucket that you name.
        </p>
        <div className={styles.facts}>
          <div>
            <TemplatePanel sha256={templateSha256()} released={history[0]?.version.date ?? ''} />
            <NeverPanel />
            <ClosePanel />
          </div>
          <TrustPanel />
        </div>
        {/* The search stays in sight as far as this goes. */}
        <section aria-label="Actions">
          <ActionFilter
            query={query}
            found={groups.reduce((sum, { found }) => sum + found.size, 0)}
            total={actions.length}
          />
          <div className={styles.groups}>
            {groups.map(({ group, found }) => (
              <ActionTable key={group.id} group={group} found={found} />
            ))}
          </div>
        </section>
        <VersionList history={history} />
      </main>
    </div>
  );
}
