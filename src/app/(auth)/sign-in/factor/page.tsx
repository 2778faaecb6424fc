import type { Metadata } from 'next';
import Link from 'next/link';
import { redirect } from 'next/navigation';
import { factorsOf } from '@/features/auth/factors';
import { readPendingSession } from '@/features/auth/sessions';
import { FactorForm } from '@/features/auth/ui/factor-form';
import { runtime } from '@/runtime';
import { safeReturnPath } from '@/security/safe-redirect';
import { sessionToken } from '@/server/auth';
import { AuthCard } from '@/ui/auth-card';
import ui from '@/ui/ui.module.css';
import { askForSecondPasskeyAction, completeSignInAction } from '../../actions';

export const metadata: Metadata = { title: 'Second factor' };

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function FactorPage({ searchParams }: Props) {
  const token = await sessionToken();
  const pending = token === null ? null : await readPendingSession(runtime(), token);
  if (!pending) redirect('/sign-in');
  const factors = await factorsOf(runtime(), pending.userId);
  return (
    <AuthCard
      title="Second factor"
      foot={
        <Link className={ui.link} href="/sign-in?again">
          Sign in as somebody else
        </Link>
      }
    >
      <FactorForm
        next={safeReturnPath((await searchParams)['next'], '/overview')}
        hasTotp={factors.hasTotp}
        hasPasskey={factors.passkeys.length > 0}
        hasCodes={factors.codesLeft > 0 && pending.method !== 'break-glass'}
        askForPasskey={askForSecondPasskeyAction}
        complete={completeSignInAction}
      />
    </AuthCard>
  );
}
