import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { NotFound } from '@/errors';
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
  // A source of files has no role to look for.
  const isOfFiles = receipt.content.rows.some((row) => row.table === 'uploaded_file' && row.before > 0);
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
        {!isOfFiles && (
          <RoleCheck connectionId={id.data} stacksUrl={stacksUrl(ctx)} check={checkRoleGoneAction} />
        )}
      </div>
    </div>
  );
}
