import type { Services } from '@/context';
import { countRecoveryCodes } from './recovery-codes';

export interface Factors {
  readonly hasPassword: boolean;
  readonly hasTotp: boolean;
  readonly passkeys: readonly {
    readonly id: string;
    readonly name: string;
    readonly createdAt: Date;
    readonly lastUsedAt: Date | null;
  }[];
  readonly codesLeft: number;
}

/** What a person can sign in with; no secret among it. */
export async function factorsOf(services: Services, userId: string): Promise<Factors> {
  const [user, codesLeft] = await Promise.all([
    services.db.prisma.appUser.findUniqueOrThrow({
      where: { id: userId },
      select: {
        passwordHash: true,
        totpConfirmedAt: true,
        passkeys: {
          select: { id: true, name: true, createdAt: true, lastUsedAt: true },
          orderBy: { createdAt: 'asc' },
        },
      },
    }),
    countRecoveryCodes(services.db.prisma, userId),
  ]);
  return {
    hasPassword: user.passwordHash !== null,
    hasTotp: user.totpConfirmedAt !== null,
    passkeys: user.passkeys,
    codesLeft,
  };
}
