import type { Metadata } from 'next';
import Link from 'next/link';
import { notFound } from 'next/navigation';
import { z } from 'zod';
import { metrics, type CostMetric } from '@/domain/cost-query';
import { NotFound } from '@/errors';
import overview from '@/features/costs/ui/overview.module.css';
import { isExportLoading } from '@/features/exports/is-loading';
import { readResource, type ResourceDetails } from '@/features/resources/read-resource';
import { ChargeTable } from '@/features/resources/ui/charge-table';
import { detailText } from '@/features/resources/ui/links';
import { resourceName } from '@/features/resources/ui/plain-words';
import { RelatedResources } from '@/features/resources/ui/related-resources';
import { ResourceDays } from '@/features/resources/ui/resource-days';
import { ResourceAttributes, ResourceFacts, ResourceTags } from '@/features/resources/ui/resource-facts';
import { ResourceKpis } from '@/features/resources/ui/resource-kpis';
import styles from '@/features/resources/ui/resources.module.css';
import { sourceWords } from '@/features/resources/ui/source-words';
import { pageContext } from '@/server/session';
import { ButtonLink } from '@/ui/button-link';
import { CopyButton } from '@/ui/copy-button';
import { Badge, Empty } from '@/ui/panel';
import ui from '@/ui/ui.module.css';

export const metadata: Metadata = { title: 'Resource' };

const Ref = z.object({ ref: z.string().regex(/^[\w-]{1,100}$/) });

const Options = z.object({
  cost: z.enum(metrics).default('amortized'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
});

interface State {
  readonly ref: string;
  readonly metric: CostMetric;
  readonly currency: string | null;
}

function Head({ details, state }: { details: ResourceDetails; state: State }) {
  const { line } = details;
  const words: Record<CostMetric, string> = { amortized: 'Amortized', unblended: 'Unblended' };
  return (
    <div className={ui.pageHead}>
      <div className={styles.heading}>
        <p className={styles.trail}>
          <Link href="/resources">Resources</Link> <span aria-hidden="true">›</span> {line.typeLabel}
        </p>
        <h1>{resourceName(line)}</h1>
        <div className={styles.identity}>
          <code className={ui.code}>{line.id}</code>
          <CopyButton text={line.id} label="Copy id" />
          {line.isGone ? <Badge tone="warning">Gone</Badge> : line.state && <Badge>{line.state}</Badge>}
        </div>
      </div>
      <div className={ui.controls}>
        <nav className={overview.segments} aria-label="Cost">
          {metrics.map((metric) => {
            const text = detailText({ metric, currency: state.currency });
            return (
              <Link
                key={metric}
                href={`/resources/${state.ref}${text ? `?${text}` : ''}`}
                prefetch={false}
                scroll={false}
                {...(metric === state.metric ? { 'aria-current': 'true' as const } : {})}
              >
                {words[metric]}
              </Link>
            );
          })}
        </nav>
      </div>
    </div>
  );
}

export default async function ResourcePage({
  params,
  searchParams,
}: {
  params: Promise<{ ref: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { ctx } = await pageContext('cost:read');
  const asked = Ref.safeParse(await params);
  if (!asked.success) notFound();
  const { ref } = asked.data;
  const options = Options.safeParse(await searchParams);
  if (!options.success) {
    return (
      <Empty
        title="This address does not say what to show"
        action={<ButtonLink href={`/resources/${ref}`}>Open the resource</ButtonLink>}
      >
        The kind of cost is amortized or unblended, and a currency has three letters.
      </Empty>
    );
  }
  const state: State = { ref, metric: options.data.cost, currency: options.data.currency ?? null };
  const details = await readResource(ctx, ref, state).catch((error: unknown) => {
    if (error instanceof NotFound) notFound();
    throw error;
  });
  const { line, range, charges, currency } = details;
  return (
    <div className={ui.stack}>
      <Head details={details} state={state} />
      <ResourceKpis line={line} currency={currency} />
      <ResourceDays
        details={details}
        source={sourceWords(range?.end ?? null, [line])}
        isLoading={range === null && (await isExportLoading(ctx))}
      />
      {range && charges.length > 0 && (
        <ChargeTable charges={charges} range={range} currency={currency} service={line.service} />
      )}
      <div className={ui.columns}>
        <div className={ui.stack}>
          <RelatedResources related={details.related} currency={currency} detail={detailText(state)} />
          <ResourceTags tags={details.tags} />
        </div>
        <div className={ui.stack}>
          <ResourceFacts details={details} />
          <ResourceAttributes attributes={details.attributes} />
        </div>
      </div>
    </div>
  );
}
