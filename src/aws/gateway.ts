import { setTimeout as sleep } from 'node:timers/promises';
import { CostExplorerClient } from '@aws-sdk/client-cost-explorer';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import * as costExplorer from './cost-explorer';
import { toAwsError } from './errors';
import { observe } from './observe';
import { organizationAccounts } from './organizations';
import type { AwsPort, CallObserver, CustomerSession, RoleTarget } from './port';
import { clientDefaults, credentialsFor, probeRole, sessionNameOf } from './session';
import type { SessionPurpose } from './session-policy';

const GLOBAL_REGION = 'us-east-1';
const RETRY_DELAYS_MS = [500, 2_000, 8_000, 20_000];

type Closable = { destroy(): void };

/** Real AWS through the SDK; AWS_ENDPOINT_URL, read by the SDK itself, may point elsewhere. */
export function createAws(stsRegion: string): AwsPort {
  function open(
    target: RoleTarget,
    purpose: SessionPurpose,
    observer: CallObserver,
    signal: AbortSignal,
  ): CustomerSession {
    const credentials = credentialsFor(stsRegion, target, purpose, observer, signal);
    const facts = (service: string) => ({
      service,
      region: GLOBAL_REGION,
      awsAccountId: target.awsAccountId,
      sessionName: sessionNameOf(target),
    });

    /** One call with our own patience on top of the SDK's: throttles and outages back off, run-out credentials are renewed. */
    function sender<C extends Closable>(service: string, make: () => C) {
      return async <T>(call: (client: C) => Promise<T>, action: string): Promise<T> => {
        for (let attempt = 0; ; attempt += 1) {
          signal.throwIfAborted();
          const client = make();
          try {
            return await call(client);
          } catch (error) {
            signal.throwIfAborted();
            const failure = toAwsError(error, service, action);
            const delay = RETRY_DELAYS_MS[attempt];
            if (!failure.retryable || delay === undefined) throw failure;
            if (failure.kind === 'expired-credentials') credentials.drop();
            else await sleep(delay, undefined, { signal });
          } finally {
            client.destroy();
          }
        }
      };
    }

    const costSend = sender('Cost Explorer', () => {
      const client = new CostExplorerClient({
        ...clientDefaults(),
        region: GLOBAL_REGION,
        credentials: () => credentials.get(),
      });
      observe(client, facts('Cost Explorer'), observer);
      return client;
    });
    const organizationSend = sender('Organizations', () => {
      const client = new OrganizationsClient({
        ...clientDefaults(),
        region: GLOBAL_REGION,
        credentials: () => credentials.get(),
      });
      observe(client, facts('Organizations'), observer);
      return client;
    });

    return {
      costPages: (range, accountId, kind) => costExplorer.costPages(costSend, range, accountId, kind),
      monthlyTotals: (range) => costExplorer.monthlyTotals(costSend, range),
      totalsByRecordType: (range) => costExplorer.totalsByRecordType(costSend, range),
      forecast: (range, metric) => costExplorer.forecast(costSend, range, metric),
      organizationAccounts: () => organizationAccounts(organizationSend, target.awsAccountId),
    };
  }

  return {
    probe: (target, observer, options) => probeRole(stsRegion, target, observer, options),
    open,
  };
}
