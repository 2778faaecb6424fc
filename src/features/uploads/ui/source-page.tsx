import type { ReactNode } from 'react';
import type { Connection } from '@/features/connections/queries';
import type { ActionResult } from '@/ui/action-result';
import { ButtonLink } from '@/ui/button-link';
import { PageHead } from '@/ui/panel';
import ui from '@/ui/ui.module.css';
import type { FileSummary } from '../list-files';
import { UploadPanel } from './upload-panel';

interface Props {
  readonly connection: Connection;
  readonly files: readonly FileSummary[];
  /** Where files come from a bucket: what there is to see of it. */
  readonly bucket: ReactNode;
  readonly canWrite: boolean;
  readonly canRevoke: boolean;
  readonly confirm: (input: { connectionId: string; fileId: string }) => Promise<ActionResult<unknown>>;
  readonly remove: (input: { connectionId: string; fileId: string }) => Promise<ActionResult<unknown>>;
}

/** A source of files, where a connection to AWS has its role. */
export function SourcePage({ connection, files, bucket, canWrite, canRevoke, confirm, remove }: Props) {
  return (
    <>
      <PageHead title={connection.name}>
        {files.some((file) => file.state === 'loaded') && <ButtonLink href="/overview">Overview</ButtonLink>}
        {bucket && <ButtonLink href={`/connections/${connection.id}/ledger`}>Access ledger</ButtonLink>}
        {canRevoke && <ButtonLink href={`/settings/connections/${connection.id}`}>Revoke</ButtonLink>}
      </PageHead>
      <div className={ui.stack}>
        {bucket}
        <UploadPanel
          connectionId={connection.id}
          files={files}
          canWrite={canWrite}
          confirm={confirm}
          remove={remove}
        />
      </div>
    </>
  );
}
