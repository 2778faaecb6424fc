import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { STACK_NAME } from '@/aws/template-constants';
import { NotFound } from '@/errors';
import { bucketRoleName } from '@/features/buckets/bucket-launch';
import { stacksUrl } from '@/features/connections/launch-options';
import { readReceipt } from '@/features/erasure/read-receipt';
import { ReceiptFacts } from '@/features/erasure/ui/receipt-view';
import styles from '@/features/erasure/ui/receipt.module.css';
import { RoleCheck } from '@/features/erasure/ui/role-check';
import { isReceiptGenuine } from '@/features/erasure/verify-receipt';
import { pageViews } from '@/app/(app)/page-views';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { PageHead, Panel } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import { checkRoleGoneAction } from '../../connections/actions';

export const metadata: Metadata = { title: 'Erased' };

export default async function ReceiptPage({ params }: { params: Promise<{ connectionId: string }> }) {
  const { ctx } = await pageContext('connection:read');
  const id = z.uuid().safeParse((await params).connectionId);
  if (!id.success) notFound();
  const receipt = await readReceipt(ctx, id.data).catch((error: unknown) => {
    if (error instanceof NotFound) notFound();
    throw error;
  });
  const views = await pageViews();
  const had = (table: string) => receipt.content.rows.some((row) => row.table === table && row.before > 0);
  // Files that were uploaded have no role to look for; those of a bucket have one of their own.
  const isOfBucket = had('file_bucket');
  const hasRole = isOfBucket || !had('uploaded_file');
  return (
    <div className={styles.narrow}>
      <PageHead title="The connection is erased">
        <ButtonLink href={`/api/receipts/${id.data}`} download>
          Download receipt
        </ButtonLink>
      </PageHead>
      <div className={ui.stack}>
        <ReceiptFacts
          receipt={receipt.content}
          isVerified={isReceiptGenuine(receipt, ctx.signer.publicKeyPem)}
        />
        <Panel title="What stays" padded>
          <p className={ui.small}>
            {views.length === 0
              ? 'No saved views. '
              : `${views.length} saved ${views.length === 1 ? 'view' : 'views'}. ${views.length === 1 ? 'It opens and says' : 'They open and say'} why there is nothing to show. `}
            {views.length > 0 && (
              <Link className={ui.link} href="/views">
                Show {views.length === 1 ? 'it' : 'them'}
              </Link>
            )}
          </p>
          <p className={`${ui.small} ${ui.muted}`}>
            Lines in the audit trail and this receipt. They name the connection only as{' '}
            <code className={ui.code}>{id.data.slice(0, 8)}</code>.
          </p>
        </Panel>
        {hasRole && (
          <RoleCheck
            connectionId={id.data}
            stackName={isOfBucket ? bucketRoleName(id.data) : STACK_NAME}
            stacksUrl={stacksUrl(ctx)}
            check={checkRoleGoneAction}
          />
        )}
      </div>
    </div>
  );
}
