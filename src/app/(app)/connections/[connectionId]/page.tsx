import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { permissionGroups } from '@/aws/permissions';
import { may } from '@/context';
import { times } from '@/domain/money';
import { REQUEST_PRICE_USD } from '@/domain/sync-plan';
import { NotFound } from '@/errors';
import { bucketLaunch } from '@/features/buckets/bucket-launch';
import { readBucket } from '@/features/buckets/read-bucket';
import { BucketPanel } from '@/features/buckets/ui/bucket-panel';
import { launchOptions, templateFacts } from '@/features/connections/launch-options';
import { toProgress } from '@/features/connections/progress';
import { readConnection, type ConnectionSummary } from '@/features/connections/read-connections';
import { ActiveConnection } from '@/features/connections/ui/active-connection';
import styles from '@/features/connections/ui/connect.module.css';
import { grantCommand, readExports } from '@/features/exports/read-exports';
import { ExportPanel } from '@/features/exports/ui/export-panel';
import { readInventory } from '@/features/inventory/read-inventory';
import { InventoryPanel } from '@/features/inventory/ui/inventory-panel';
import { readCostTags } from '@/features/cost-tags/read-cost-tags';
import { CostTagPanel } from '@/features/cost-tags/ui/cost-tag-panel';
import { PendingConnection } from '@/features/connections/ui/pending-connection';
import { SideFacts } from '@/features/connections/ui/side-facts';
import { readResourceCosts } from '@/features/resource-costs/read-resource-costs';
import { ResourceCostPanel } from '@/features/resource-costs/ui/resource-cost-panel';
import { listFiles } from '@/features/uploads/list-files';
import { SourcePage } from '@/features/uploads/ui/source-page';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { formatAccountId, formatCount, formatDateTime, formatMoney } from '@/ui/format';
import { PageHead, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import {
  askCostTagsAction,
  askResourceCostsAction,
  checkBucketAction,
  checkConnectionAction,
  chooseExportAction,
  confirmFileAction,
  leaveCostTagsAction,
  leaveExportAction,
  leaveResourceCostsAction,
  removeFileAction,
  requestLookAction,
  requestSyncAction,
  updateConnectionAction,
} from '../actions';

export const metadata: Metadata = { title: 'Connection' };

const isOrganizationDenied = (connection: ConnectionSummary['connection']) =>
  connection.denied.some((one) => one.action.startsWith('organizations:'));

function Facts({ detail }: { detail: ConnectionSummary }) {
  const { connection } = detail;
  const facts: [string, string][] = [
    ['Account', formatAccountId(connection.awsAccountId)],
    [
      'Organization',
      connection.organizationId ?? (isOrganizationDenied(connection) ? 'not granted' : 'none'),
    ],
    ['Linked accounts', formatCount(detail.linkedAccounts)],
    ['Connected', connection.activeSince ? formatDateTime(connection.activeSince.toISOString()) : 'not yet'],
    [
      'Next sync',
      connection.nextActionAt ? formatDateTime(connection.nextActionAt.toISOString()) : 'not planned',
    ],
    [
      'Spent today',
      `${formatMoney(times(REQUEST_PRICE_USD, detail.requestsToday), 'USD')} of ${formatMoney(connection.dailyCapUsd, 'USD')}`,
    ],
    [
      'Spent so far',
      `${formatMoney(times(REQUEST_PRICE_USD, detail.requestsEver), 'USD')} for ${formatCount(detail.requestsEver)} requests`,
    ],
  ];
  return (
    <Panel title="Connection" padded>
      <dl className={ui.facts}>
        {facts.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
        <div>
          <dt>Role</dt>
          <dd>
            <code className={ui.code}>{connection.roleArn ?? connection.roleName}</code>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

export default async function ConnectionPage({ params }: { params: Promise<{ connectionId: string }> }) {
  const { ctx } = await pageContext('connection:read');
  const id = z.uuid().safeParse((await params).connectionId);
  if (!id.success) notFound();
  const detail = await readConnection(ctx, id.data).catch((error: unknown) => {
    if (error instanceof NotFound) notFound();
    throw error;
  });
  const { connection } = detail;
  const canWrite = may(ctx.actor, 'connection:write');
  if (connection.kind === 'upload') {
    const found = await readBucket(ctx, connection.id);
    return (
      <SourcePage
        connection={connection}
        files={await listFiles(ctx, connection.id)}
        canWrite={may(ctx.actor, 'upload:write')}
        canRevoke={may(ctx.actor, 'connection:revoke')}
        bucket={
          found && (
            <BucketPanel
              connectionId={connection.id}
              bucket={found.summary}
              launch={canWrite ? bucketLaunch(ctx, found.source) : null}
              canLook={may(ctx.actor, 'upload:write')}
              check={checkBucketAction}
              look={requestLookAction}
            />
          )
        }
        confirm={confirmFileAction}
        remove={removeFileAction}
      />
    );
  }
  const titles = permissionGroups
    .filter((group) => group.parameter === null || connection.groups.includes(group.id))
    .map((group) => group.title);
  const isNew =
    connection.activeSince === null ||
    (detail.sync?.kind === 'first' && detail.sync.status !== 'done' && connection.status === 'active');
  const exports = isNew ? null : await readExports(ctx, connection.id);
  const resourceCosts = isNew ? null : await readResourceCosts(ctx, connection.id);
  const costTags = isNew ? null : await readCostTags(ctx, connection.id);
  const inventory = isNew ? null : await readInventory(ctx, connection.id);
  const grants = Object.fromEntries(
    (exports?.exports ?? []).map((one) => [one.id, grantCommand(one, ctx.config.awsRegion)]),
  );
  return (
    <>
      <PageHead title={isNew ? 'Connect an AWS account' : connection.name}>
        {isNew && <ButtonLink href="/security">What may it read?</ButtonLink>}
        {isNew && (
          <ButtonLink href="/template.yaml" external>
            Read the template
          </ButtonLink>
        )}
        <ButtonLink href={`/connections/${connection.id}/ledger`}>Access ledger</ButtonLink>
        {connection.activeSince && <ButtonLink href="/overview">Overview</ButtonLink>}
        {canWrite && (
          <ButtonLink href={`/settings/connections/${connection.id}`}>
            {isNew ? 'Give up' : 'Revoke'}
          </ButtonLink>
        )}
      </PageHead>
      <div className={styles.layout} style={isNew ? undefined : { maxWidth: 'none' }}>
        {isNew ? (
          <PendingConnection
            connectionId={connection.id}
            awsAccountId={connection.awsAccountId}
            roleName={connection.roleName}
            groups={titles.join(', ')}
            launch={canWrite ? launchOptions(ctx, connection) : null}
            check={canWrite ? checkConnectionAction : null}
            initial={toProgress(detail)}
          />
        ) : (
          <ActiveConnection
            connectionId={connection.id}
            name={connection.name}
            dailyCapUsd={connection.dailyCapUsd}
            canWrite={canWrite}
            initial={toProgress(detail)}
            sync={requestSyncAction}
            check={checkConnectionAction}
            update={updateConnectionAction}
          />
        )}
        {isNew ? (
          <SideFacts
            template={templateFacts()}
            now={ctx.now()}
            accounts={detail.linkedAccounts || null}
            dailyCapUsd={connection.dailyCapUsd}
            externalId={canWrite ? connection.externalId : null}
          />
        ) : (
          <Facts detail={detail} />
        )}
      </div>
      {exports && (
        <div className={styles.below}>
          <ExportPanel
            connectionId={connection.id}
            found={exports}
            grants={grants}
            canWrite={canWrite}
            choose={chooseExportAction}
            leave={leaveExportAction}
          />
          {resourceCosts && (resourceCosts.accounts > 0 || resourceCosts.since !== null) && (
            <ResourceCostPanel
              connectionId={connection.id}
              found={resourceCosts}
              dailyCapUsd={connection.dailyCapUsd}
              canWrite={canWrite}
              ask={askResourceCostsAction}
              leave={leaveResourceCostsAction}
            />
          )}
          {costTags && (costTags.accounts > 0 || costTags.since !== null) && (
            <CostTagPanel
              connectionId={connection.id}
              found={costTags}
              dailyCapUsd={connection.dailyCapUsd}
              canWrite={canWrite}
              maySeeTags={may(ctx.actor, 'tag:write')}
              ask={askCostTagsAction}
              leave={leaveCostTagsAction}
            />
          )}
          {inventory && inventory.listedAt && <InventoryPanel inventory={inventory} />}
        </div>
      )}
    </>
  );
}
