import type { ReactNode } from 'react';
import { may } from '@/context';
import { StepUpProvider } from '@/features/auth/ui/step-up-provider';
import { StaffBanner } from '@/features/staff/ui/staff-banner';
import { readVisit } from '@/features/staff/visit';
import { pageViews } from './page-views';
import { pageContext } from '@/server/session';
import { signOutAction } from '@/server/sign-out';
import { jumpsWithin } from '@/ui/places';
import { Shell } from '@/ui/shell';
import { endVisitAction } from '../staff/actions';
import {
  askToStepUpAction,
  stepUpAction,
  switchWorkspaceAction,
  waysToStepUpAction,
} from './settings/actions';

export default async function AppLayout({ children }: { children: ReactNode }) {
  const { ctx, session } = await pageContext();
  const [views, visit] = await Promise.all([pageViews(), readVisit(ctx)]);
  return (
    <StepUpProvider ways={waysToStepUpAction} askForPasskey={askToStepUpAction} stepUp={stepUpAction}>
      <Shell
        workspace={{ id: ctx.workspaceId, name: session?.workspace?.name ?? 'Workspace' }}
        workspaces={(session?.workspaces ?? []).map(({ id, name }) => ({ id, name }))}
        person={session?.name ?? null}
        views={views.map(({ id, name }) => ({ id, name }))}
        jumps={jumpsWithin({ may: (needs) => may(ctx.actor, needs), isPerson: session !== null })}
        hasConnections={may(ctx.actor, 'connection:read')}
        switchTo={switchWorkspaceAction}
        signOut={signOutAction}
      >
        {visit && <StaffBanner reason={visit.reason} expiresAt={visit.expiresAt} end={endVisitAction} />}
        {children}
      </Shell>
    </StepUpProvider>
  );
}
