import { randomInt } from 'node:crypto';
import type { Services } from '@/context';
import type { Tx } from '@/db/client';
import { auditSignIn } from './audit-sign-in';
import { requireFresh, requireOwnCredentials, type Person } from './person';
import { tellOfChange } from './tell-change';

const CODES = 10;
const LENGTH = 12;
// Without letters and digits that are taken for one another.
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';

const newCode = () => Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
const shown = (code: string) => `${code.slice(0, 4)}-${code.slice(4, 8)}-${code.slice(8)}`;
const bare = (code: string) => code.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const digest = (services: Services, userId: string, code: string) =>
  services.sealer.digest(`recovery ${userId} ${bare(code)}`);

/** Ten new codes, each of one use, in place of the old ones. They are in this answer and nowhere else. */
export async function makeRecoveryCodes(person: Person): Promise<string[]> {
  requireFresh(person);
  await requireOwnCredentials(person);
  const codes = Array.from({ length: CODES }, newCode);
  await person.db.prisma.$transaction([
    person.db.prisma.recoveryCode.deleteMany({ where: { userId: person.userId } }),
    person.db.prisma.recoveryCode.createMany({
      data: codes.map((code) => ({ userId: person.userId, digest: digest(person, person.userId, code) })),
    }),
  ]);
  tellOfChange(person, person, 'codes-made');
  await auditSignIn(person, person.userId, person.device, { action: 'factor.codes-made' });
  return codes.map(shown);
}

/** True once for each code: it is taken in the same statement that looks for it. */
export async function takeRecoveryCode(services: Services, userId: string, code: string): Promise<boolean> {
  const { count } = await services.db.prisma.recoveryCode.updateMany({
    where: { userId, digest: digest(services, userId, code), usedAt: null },
    data: { usedAt: services.now() },
  });
  return count === 1;
}

export function countRecoveryCodes(tx: Pick<Tx, 'recoveryCode'>, userId: string): Promise<number> {
  return tx.recoveryCode.count({ where: { userId, usedAt: null } });
}
