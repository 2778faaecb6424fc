import type { Metadata } from 'next';
import Link from 'next/link';
import { readSso, type ConnectionFacts, type SsoFacts } from '@/features/sso/read-sso';
import { testUrl } from '@/features/sso/start-urls';
import { CreateForm } from '@/features/sso/ui/create-form';
import { DomainsPanel } from '@/features/sso/ui/domains-panel';
import { EndPanel } from '@/features/sso/ui/end-panel';
import { EnforcePanel } from '@/features/sso/ui/enforce-panel';
import { KeysPanel } from '@/features/sso/ui/keys-panel';
import { MappingPanel } from '@/features/sso/ui/mapping-panel';
import { OptionsPanel } from '@/features/sso/ui/options-panel';
import { RefusalsPanel } from '@/features/sso/ui/refusals-panel';
import { StatePanel } from '@/features/sso/ui/state-panel';
import { Steps } from '@/features/sso/ui/steps';
import styles from '@/features/sso/ui/sso.module.css';
import type { SsoActions } from '@/features/sso/ui/types';
import { pageContext } from '@/server/session';
import { Empty } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import {
  activateConnectionAction,
  addCertificateAction,
  addDomainAction,
  changeMappingAction,
  changeOptionsAction,
  changeProviderAction,
  checkDomainAction,
  createConnectionAction,
  deactivateConnectionAction,
  deleteConnectionAction,
  enforceSsoAction,
  refreshMetadataAction,
  removeCertificateAction,
  removeDomainAction,
  retireKeyAction,
  rotateKeyAction,
} from './actions';

export const metadata: Metadata = { title: 'Single sign-on' };

const actions: SsoActions = {
  create: createConnectionAction,
  changeProvider: changeProviderAction,
  refreshMetadata: refreshMetadataAction,
  addCertificate: addCertificateAction,
  removeCertificate: removeCertificateAction,
  changeMapping: changeMappingAction,
  changeOptions: changeOptionsAction,
  activate: activateConnectionAction,
  deactivate: deactivateConnectionAction,
  remove: deleteConnectionAction,
  addDomain: addDomainAction,
  checkDomain: checkDomainAction,
  removeDomain: removeDomainAction,
  enforce: enforceSsoAction,
  rotateKey: rotateKeyAction,
  retireKey: retireKeyAction,
};

function Chooser({
  connections,
  shown,
  mayWrite,
}: {
  connections: readonly ConnectionFacts[];
  shown: string;
  mayWrite: boolean;
}) {
  return (
    <nav className={styles.tabs} aria-label="Providers">
      {connections.map(({ id, name, status }) => (
        <Link
          key={id}
          className={ui.button}
          href={`/settings/sso?c=${id}`}
          {...(id === shown ? { 'aria-current': 'page' as const } : {})}
        >
          {name}
          {status === 'active' && <span className={ui.muted}>on</span>}
        </Link>
      ))}
      {mayWrite && (
        <Link
          className={ui.button}
          data-kind="plain"
          href="/settings/sso?c=new"
          {...(shown === 'new' ? { 'aria-current': 'page' as const } : {})}
        >
          Add another provider
        </Link>
      )}
    </nav>
  );
}

function Connection({
  connection,
  facts,
  workspaceId,
}: {
  connection: ConnectionFacts;
  facts: SsoFacts;
  workspaceId: string;
}) {
  const { mayWrite, domains, connections, keys, refusals, isEnforced } = facts;
  const other = connections.find((one) => one.status === 'active' && one.id !== connection.id);
  return (
    <>
      <StatePanel connection={connection} facts={facts} />
      <Steps
        connection={connection}
        hasDomain={domains.some((one) => one.verifiedAt !== null)}
        other={other?.name ?? null}
        testUrl={testUrl(workspaceId, connection.id)}
        mayWrite={mayWrite}
        actions={actions}
      />
      <DomainsPanel domains={domains} mayWrite={mayWrite} actions={actions} />
      <OptionsPanel connection={connection} mayWrite={mayWrite} save={actions.changeOptions} />
      <MappingPanel connection={connection} mayWrite={mayWrite} save={actions.changeMapping} />
      <EnforcePanel facts={facts} enforce={actions.enforce} />
      <KeysPanel keys={keys} mayWrite={mayWrite} actions={actions} />
      <RefusalsPanel refusals={refusals.filter((one) => one.connectionId === connection.id)} />
      {mayWrite && <EndPanel connection={connection} isEnforced={isEnforced} actions={actions} />}
    </>
  );
}

type Search = Promise<{ c?: string | string[]; tested?: string | string[] }>;

export default async function SsoPage({ searchParams }: { searchParams: Search }) {
  const { ctx } = await pageContext('sso:read');
  const [facts, { c, tested }] = await Promise.all([readSso(ctx), searchParams]);
  const { connections, mayWrite } = facts;
  const isNew = mayWrite && c === 'new';
  const shown = isNew ? null : (connections.find((one) => one.id === c) ?? connections[0] ?? null);
  return (
    <div className={ui.stack}>
      {tested !== undefined && shown?.lastTest && (
        <div className={ui.notice} {...(shown.lastTest.isPassed ? {} : { 'data-tone': 'bad' })} role="status">
          <span>
            {shown.lastTest.isPassed
              ? 'The test login passed. What your provider sent stands in step 3. You can close this tab.'
              : 'The test login came back, and would be refused. Step 3 says why. You can close this tab.'}
          </span>
        </div>
      )}
      {connections.length > 0 && (
        <Chooser connections={connections} shown={shown?.id ?? 'new'} mayWrite={mayWrite} />
      )}
      {shown && <Connection key={shown.id} connection={shown} facts={facts} workspaceId={ctx.workspaceId} />}
      {!shown && mayWrite && <CreateForm isFirst={connections.length === 0} create={actions.create} />}
      {!shown && !mayWrite && (
        <Empty title="Single sign-on is not set up">
          An owner can let people sign in with their account at your company’s identity provider.
        </Empty>
      )}
    </div>
  );
}
