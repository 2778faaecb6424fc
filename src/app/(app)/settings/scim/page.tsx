import type { Metadata } from 'next';
import Link from 'next/link';
import { may } from '@/context';
import { readProvisioning, type Provisioning } from '@/features/scim/read-provisioning';
import { SCIM_TOKENS_MAX } from '@/features/scim/scim-tokens';
import { GroupTable } from '@/features/scim/ui/group-table';
import { ProvisioningTokens } from '@/features/scim/ui/provisioning-tokens';
import styles from '@/features/scim/ui/scim.module.css';
import { SetupSteps } from '@/features/scim/ui/setup-steps';
import { tokenRow } from '@/features/tokens/token-rows';
import { pageContext } from '@/server/session';
import { CopyButton } from '@/ui/copy-button';
import { formatCount, formatDateTime } from '@/ui/format';
import { Panel } from '@/ui/panel';
import { roleName } from '@/ui/role-name';
import ui from '@/ui/ui.module.css';
import { createScimTokenAction, endScimTokenAction } from './actions';

export const metadata: Metadata = { title: 'Provisioning' };

function Facts({ shown }: { shown: Provisioning }) {
  const { people, lastSyncAt, domains, defaultRole } = shown;
  return (
    <Panel title="From your identity provider" padded>
      <dl className={`${ui.facts} ${styles.facts}`}>
        <div>
          <dt>Base URL</dt>
          <dd className={styles.url}>
            <code className={ui.code}>{shown.baseUrl}</code>
            <CopyButton text={shown.baseUrl} />
          </dd>
        </div>
        <div>
          <dt>Last request</dt>
          <dd>{lastSyncAt ? formatDateTime(lastSyncAt.toISOString()) : 'Never'}</dd>
        </div>
        <div>
          <dt>People</dt>
          <dd>
            {formatCount(people.active)} active, {formatCount(people.deactivated)} deactivated
          </dd>
        </div>
        <div>
          <dt>Domains</dt>
          <dd>{domains.length > 0 ? domains.join(', ') : 'None verified'}</dd>
        </div>
        <div>
          <dt>Role of new people</dt>
          <dd>{roleName(defaultRole)}</dd>
        </div>
      </dl>
    </Panel>
  );
}

export default async function ProvisioningPage() {
  const { ctx } = await pageContext('sso:read');
  const shown = await readProvisioning(ctx);
  const now = ctx.now();
  const canWrite = may(ctx.actor, 'sso:write');
  return (
    <div className={ui.stack}>
      {shown.domains.length === 0 && (
        <div className={ui.notice} data-tone="warning">
          <span>
            Your identity provider can only bring people of domains that are yours.{' '}
            <Link href="/settings/sso" style={{ textDecoration: 'underline' }}>
              Verify a domain
            </Link>{' '}
            first.
          </span>
        </div>
      )}
      <Facts shown={shown} />
      <ProvisioningTokens
        rows={shown.tokens.map((token) => ({ ...tokenRow(token, now), whose: null, scopes: [] }))}
        max={SCIM_TOKENS_MAX}
        actions={canWrite ? { create: createScimTokenAction, end: endScimTokenAction } : null}
      />
      {!canWrite && <p className={`${ui.small} ${ui.muted}`}>Owners make and end these tokens.</p>}
      <GroupTable groups={shown.groups} total={shown.groupTotal} />
      <p className={`${ui.small} ${ui.muted}`}>
        Which role a group gives is a rule of{' '}
        <Link href="/settings/sso" className={ui.link}>
          single sign-on
        </Link>
        . Whoever is in several groups has the highest of their roles; the last owner stays one.
      </p>
      <SetupSteps />
    </div>
  );
}
