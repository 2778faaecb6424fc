import type { Tx } from '@/db/client';

/** Every second factor of a person, and what stands in for one. Where none is left, the password alone signs in. */
export async function forgetFactors(tx: Tx, userId: string): Promise<void> {
  await tx.appUser.updateMany({
    where: { id: userId },
    data: { totpSecret: null, totpConfirmedAt: null, totpLastStep: null },
  });
  await tx.passkey.deleteMany({ where: { userId } });
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.webauthnChallenge.deleteMany({ where: { userId } });
}

/** Every way into an account but the password: sessions, second factors, and links that were mailed. */
export async function forgetWaysIn(tx: Tx, userId: string): Promise<void> {
  await forgetFactors(tx, userId);
  await tx.authSession.deleteMany({ where: { userId } });
  await tx.userToken.deleteMany({ where: { userId } });
}

/** Once no factor is left, no session counts any more as one that has shown a factor. */
export async function forgetShownFactors(tx: Pick<Tx, '$executeRaw'>, userId: string): Promise<void> {
  await tx.$executeRaw`
    update auth_session s set second_factor_at = null
    from app_user u
    where s.user_id = ${userId}::uuid and u.id = s.user_id and u.totp_confirmed_at is null
      and not exists (select from passkey p where p.user_id = u.id)`;
}
