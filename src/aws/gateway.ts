import { setTimeout as sleep } from 'node:timers/promises';
import { BCMDataExportsClient } from '@aws-sdk/client-bcm-data-exports';
import { CostAndUsageReportServiceClient } from '@aws-sdk/client-cost-and-usage-report-service';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import * as billingExports from './billing-exports';
import type { BucketFolder } from './bucket-access';
import { bucketSession } from './bucket-files';
import * as costExplorer from './cost-explorer';
import * as costTags from './cost-tags';
import { toAwsError } from './errors';
import { keptClient, type KeptClient } from './kept-client';
import { observe } from './observe';
import { organizationAccounts } from './organizations';
import type {
  AwsPort,
  BucketSession,
  CallObserver,
  CustomerSession,
  ExportSession,
  InventorySession,
  RoleTarget,
} from './port';
import { clientDefaults, credentialsFor, probeRole, sessionNameOf, type Credentials } from './session';
import type { BucketPurpose, SessionPurpose } from './session-policy';

const GLOBAL_REGION = 'us-east-1';
const RETRY_DELAYS_MS = [500, 2_000, 8_000, 20_000];

type Closable = { destroy(): void };

/** What every client of a session is made with. */
type ClientSettings = ReturnType<typeof clientDefaults> & {
  region: string;
  credentials: () => Promise<Credentials>;
};

/**
 * Real AWS through the SDK. AWS_ENDPOINT_URL, which the SDK reads by itself, may point elsewhere; the client of Cost and Usage
 * Reports is older than that and has to be told.
 */
export function createAws(stsRegion: string, endpointUrl?: string): AwsPort {
  /** One session of a role, and senders for the services that it calls. */
  function sessionOf(
    target: RoleTarget,
    purpose: SessionPurpose | BucketPurpose,
    observer: CallObserver,
    signal: AbortSignal,
  ) {
    const credentials = credentialsFor(stsRegion, target, purpose, observer, signal);
    const clients = new Map<string, KeptClient<Closable>>();
    signal.addEventListener('abort', () => clients.forEach((client) => client.drop()), { once: true });

    function open<C extends Closable>(
      service: string,
      make: (settings: ClientSettings) => C,
      region: string,
    ): C {
      const client = make({ ...clientDefaults(), region, credentials: () => credentials.get() });
      const { awsAccountId } = target;
      observe(client, { service, region, awsAccountId, sessionName: sessionNameOf(target) }, observer);
      return client;
    }

    /** One call with our own patience on top of the SDK's: throttles and outages back off, run-out credentials are renewed. */
    return function sender<C extends Closable>(
      service: string,
      make: (settings: ClientSettings) => C,
      region = GLOBAL_REGION,
    ) {
      const name = `${service} ${region}`;
      // Whoever names the same service makes the same client of it.
      const kept =
        (clients.get(name) as KeptClient<C> | undefined) ?? keptClient(() => open(service, make, region));
      clients.set(name, kept as KeptClient<Closable>);
      return async <T>(call: (client: C) => Promise<T>, action: string): Promise<T> => {
        for (let attempt = 0; ; attempt += 1) {
          signal.throwIfAborted();
          try {
            return await kept.use(call);
          } catch (error) {
            signal.throwIfAborted();
            const failure = toAwsError(error, service, action);
            const delay = RETRY_DELAYS_MS[attempt];
            if (!failure.retryable || delay === undefined) throw failure;
            if (failure.kind === 'expired-credentials') {
              credentials.drop();
              kept.drop();
            } else await sleep(delay, undefined, { signal });
          }
        }
      };
    };
  }

  function open(
    target: RoleTarget,
    purpose: SessionPurpose,
    observer: CallObserver,
    signal: AbortSignal,
  ): CustomerSession {
    const sender = sessionOf(target, purpose, observer, signal);
    const costSend = sender('Cost Explorer', (settings) => new CostExplorerClient(settings));
    const organizationSend = sender('Organizations', (settings) => new OrganizationsClient(settings));
    return {
      costPages: (range, accountId, kind) => costExplorer.costPages(costSend, range, accountId, kind),
      resourceCostPages: (range, accountId, services) =>
        costExplorer.resourceCostPages(costSend, range, accountId, services),
      categoryPages: (range) => costTags.categoryPages(costSend, range),
      tagKeyPages: (range) => costTags.tagKeyPages(costSend, range),
      tagValues: (range, key) => costTags.tagValues(costSend, range, key),
      monthlyTotals: (range) => costExplorer.monthlyTotals(costSend, range),
      totalsByRecordType: (range) => costExplorer.totalsByRecordType(costSend, range),
      forecast: (range, metric) => costExplorer.forecast(costSend, range, metric),
      organizationAccounts: () => organizationAccounts(organizationSend, target.awsAccountId),
    };
  }

  function openExports(target: RoleTarget, observer: CallObserver, signal: AbortSignal): ExportSession {
    const sender = sessionOf(target, 'billing-export', observer, signal);
    const exportSend = sender('Data Exports', (settings) => new BCMDataExportsClient(settings));
    const reportSend = sender(
      'Cost and Usage Reports',
      (settings) =>
        new CostAndUsageReportServiceClient({
          ...settings,
          ...(endpointUrl ? { endpoint: endpointUrl } : {}),
        }),
    );
    const fileSend = (region: string) =>
      sender('S3', (settings) => new S3Client({ ...settings, forcePathStyle: true }), region);
    return {
      async listExports() {
        return [
          ...(await billingExports.dataExports(exportSend)),
          ...(await billingExports.usageReports(reportSend)),
        ];
      },
      listFiles: (location) => billingExports.exportFiles(fileSend(location.region), location),
      downloadFile: (location, file, path) =>
        billingExports.downloadFile(fileSend(location.region), location, file, { path, signal }),
    };
  }

  function openBucket(
    target: RoleTarget,
    folder: BucketFolder,
    observer: CallObserver,
    signal: AbortSignal,
  ): BucketSession {
    const partition = target.roleArn.split(':')[1] ?? 'aws';
    const sender = sessionOf(target, { ...folder, partition }, observer, signal);
    const sendTo = (region?: string) =>
      sender('S3', (settings) => new S3Client({ ...settings, forcePathStyle: true }), region);
    return bucketSession(sendTo, folder, { owner: target.awsAccountId, signal });
  }

  function openInventory(target: RoleTarget, observer: CallObserver, signal: AbortSignal): InventorySession {
    const clientFor = sessionOf(target, 'inventory', observer, signal);
    // Two dozen SDK clients, of which only a worker that takes the inventory has need.
    return {
      async enabledRegions() {
        const { enabledRegions } = await import('./collectors/regions');
        return enabledRegions(clientFor, stsRegion);
      },
      async *collect(regions, onPage) {
        const { collectInventory } = await import('./collectors/run');
        yield* collectInventory({ clientFor, regions, accountId: target.awsAccountId, signal, onPage });
      },
    };
  }

  return {
    openBucket,
    openExports,
    openInventory,
    probe: (target, observer, options) => probeRole(stsRegion, target, observer, options),
    open,
  };
}
