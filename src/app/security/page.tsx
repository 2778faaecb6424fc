import type { Metadata } from 'next';
import { actionsOf, allGroupIds, permissionGroups } from '@/aws/permissions';
import { templateHistory, templateSha256 } from '@/aws/template-history';
import { runtime } from '@/runtime';
import { ButtonLink } from '@/ui/button-link';
import ui from '@/ui/ui.module.css';
import { ActionFilter } from './action-filter';
import { ActionTable, foundNotes } from './action-table';
import {
  AuditSection,
  DeletionSection,
  EncryptionSection,
  NetworkSection,
  StoredSection,
} from './data-facts';
import { OperatorSection, ReportSection } from './operator-facts';
import { MachinesSection, RolesSection, SignInSection, StaffSection } from './people-facts';
import { PublicFrame } from './public-frame';
import { ClosePanel, NeverPanel, TemplatePanel, TrustPanel } from './template-facts';
import { VersionList } from './version-list';
import styles from './security.module.css';

export const metadata: Metadata = {
  title: 'Security',
  description:
    'How Belvedere reaches AWS, what it stores and for how long, who can see it, and every AWS action that its role can be given.',
};

const entries = [
  { id: 'access', title: 'Access to AWS' },
  { id: 'data', title: 'What is stored' },
  { id: 'encryption', title: 'Encryption' },
  { id: 'roles', title: 'Who can see what' },
  { id: 'staff', title: 'Operator’s staff' },
  { id: 'sign-in', title: 'Signing in' },
  { id: 'machines', title: 'API and SCIM' },
  { id: 'audit', title: 'Audit trail' },
  { id: 'network', title: 'What leaves' },
  { id: 'deletion', title: 'Deletion' },
  { id: 'operator', title: 'Tests and reports' },
  { id: 'report', title: 'Reporting a hole' },
  { id: 'actions', title: 'Every AWS action' },
  { id: 'versions', title: 'What changed' },
] as const;

interface Props {
  readonly searchParams: Promise<{ readonly q?: string | string[] }>;
}

/** For a security reviewer, without an account. It shows the template and the operator's own words, nothing of any workspace. */
export default async function SecurityPage({ searchParams }: Props) {
  const { q } = await searchParams;
  const query = (Array.isArray(q) ? (q[0] ?? '') : (q ?? '')).slice(0, 200);
  const actions = actionsOf(allGroupIds);
  const services = new Set(actions.map((action) => action.split(':')[0])).size;
  const groups = permissionGroups.map((group) => ({ group, found: foundNotes(group, query) }));
  const history = templateHistory();
  const { operator } = runtime().config;
  const lead = (
    <>
      Belvedere reads an AWS account through one role that you make from one template. The role can be given{' '}
      {actions.length} actions in {services} services, in {groups.length} groups; you may strike every group
      but the first. They return cost, names and inventory. None changes anything, and none reads what a
      resource holds, with one exception that is off by default: the files of one billing export, in one
      folder of one bucket that you name. Billing files of other clouds can come from a bucket through another
      role, which lists and reads one folder of it. What follows is what this version does. What depends on
      whoever runs it is said in their words, or not at all.
    </>
  );
  const controls = (
    <>
      <a className={ui.button} data-kind="primary" href="#actions">
        Find an action
      </a>
      <ButtonLink href="/template.yaml" external>
        Template as YAML
      </ButtonLink>
      <ButtonLink href="/template.json" external>
        JSON
      </ButtonLink>
    </>
  );
  return (
    <PublicFrame title="Security" here="/security" lead={lead} entries={entries} controls={controls}>
      <div id="access" className={`${styles.facts} ${styles.group}`}>
        <div>
          <TemplatePanel sha256={templateSha256()} released={history[0]?.version.date ?? ''} />
          <NeverPanel />
          <ClosePanel />
        </div>
        <TrustPanel />
      </div>
      <StoredSection />
      <EncryptionSection operator={operator} />
      <RolesSection />
      <StaffSection />
      <SignInSection />
      <MachinesSection />
      <AuditSection />
      <NetworkSection />
      <DeletionSection />
      <OperatorSection operator={operator} />
      <ReportSection operator={operator} />
      {/* The search stays in sight as far as this goes. */}
      <section id="actions" className={styles.group} aria-label="Actions">
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
      <div id="versions" className={styles.group}>
        <VersionList history={history} />
      </div>
    </PublicFrame>
  );
}
