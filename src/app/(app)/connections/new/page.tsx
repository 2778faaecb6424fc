import type { Metadata } from 'next';
import { groupChoices, templateFacts } from '@/features/connections/launch-options';
import styles from '@/features/connections/ui/connect.module.css';
import { SideFacts } from '@/features/connections/ui/side-facts';
import { StartForm } from '@/features/connections/ui/start-form';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { PageHead } from '@/ui/panel';
import { SourceForm } from '@/features/uploads/ui/source-form';
import ui from '@/ui/ui.module.css';
import { startBucketSourceAction, startConnectionAction, startSourceAction } from '../actions';

export const metadata: Metadata = { title: 'Connect an AWS account' };

export default async function NewConnectionPage() {
  const { ctx } = await pageContext('connection:write');
  return (
    <>
      <PageHead title="Connect an AWS account">
        <ButtonLink href="/security">What may it read?</ButtonLink>
        <ButtonLink href="/template.yaml" external>
          Read the template
        </ButtonLink>
        <ButtonLink href="/connections">Close</ButtonLink>
      </PageHead>
      <div className={styles.layout}>
        <StartForm groups={groupChoices()} start={startConnectionAction} />
        <div className={ui.stack}>
          <SideFacts
            template={templateFacts()}
            now={ctx.now()}
            accounts={null}
            dailyCapUsd="2"
            externalId={null}
          />
          <SourceForm start={startSourceAction} startBucket={startBucketSourceAction} />
        </div>
      </div>
    </>
  );
}
