import { ButtonLink } from '@/ui/button-link';
import { formatRange } from '@/ui/format';
import { Empty } from '@/ui/panel';
import type { Overview } from '../overview';
import { overviewHref, type PageState } from './links';

interface Props {
  /** How many linked accounts the person may see. */
  readonly accounts: number;
  readonly overview: Overview | null;
  readonly state: PageState;
  readonly isView: boolean;
}

/** For people who may see some accounts only: nothing of connections, which are of all accounts. */
export function LimitedNoCost({ accounts, overview, state, isView }: Props) {
  if (accounts === 0) {
    return (
      <Empty title="No account is open to you">
        In this workspace you see the linked accounts that an owner or admin has opened for you. None is open
        yet, so there is no figure here, which is not the same as no cost.
      </Empty>
    );
  }
  if (!overview) {
    return (
      <Empty
        title="No figures for these days"
        action={<ButtonLink href="/overview">Open the overview</ButtonLink>}
      >
        Of the accounts that are open to you nothing is loaded for these days, which is not the same as no
        cost. A first load brings the newest month first.
      </Empty>
    );
  }
  const range = formatRange(state.query.range.start, state.query.range.end, { year: true });
  return (
    <Empty
      title="No charges"
      action={
        <ButtonLink href={overviewHref(state, { service: [], account: [], region: [] })}>
          Show everything
        </ButtonLink>
      }
    >
      Of the accounts that are open to you AWS reports no charges that match in {range}.
      {isView && ' The view may look at accounts that are not open to you.'}
    </Empty>
  );
}
