import { randomUUID } from 'node:crypto';
import { Conflict } from '@/errors';
import { digestOfList, listStaff, type StaffPerson } from './roll';
import type { SignReviewInput } from './schemas';
import type { StaffCtx } from './sessions';

/** Such as 2027-Q1, in UTC. */
export const quarterOf = (at: Date): string =>
  `${at.getUTCFullYear()}-Q${Math.floor(at.getUTCMonth() / 3) + 1}`;

export interface SignOff {
  readonly quarter: string;
  readonly signedAt: Date;
  readonly signedBy: string;
  readonly note: string;
  readonly people: number;
}

export interface ReviewPage {
  readonly quarter: string;
  readonly people: readonly StaffPerson[];
  readonly seen: string;
  /** Nobody has signed the list of this quarter yet. */
  readonly isOverdue: boolean;
  readonly isSignedByMe: boolean;
  readonly signOffs: readonly SignOff[];
}

/** Who is staff, and who has looked through that list, quarter by quarter. */
export async function readReview(ctx: StaffCtx): Promise<ReviewPage> {
  const people = await listStaff(ctx.db.pool);
  const rows = await ctx.db.prisma.staffReview.findMany({ orderBy: { signedAt: 'desc' }, take: 100 });
  const quarter = quarterOf(ctx.now());
  const current = rows.filter((row) => row.quarter === quarter);
  return {
    quarter,
    people,
    seen: digestOfList(people),
    isOverdue: current.length === 0,
    isSignedByMe: current.some((row) => row.signedById === ctx.staff.staffId),
    signOffs: rows.map((row) => ({
      quarter: row.quarter,
      signedAt: row.signedAt,
      signedBy: row.signedBy,
      note: row.note,
      people: Array.isArray(row.people) ? row.people.length : 0,
    })),
  };
}

/** Signs the list as it was looked at; once a quarter and person. Throws Conflict where the list has changed since. */
export async function signReview(ctx: StaffCtx, input: SignReviewInput): Promise<void> {
  const { staffId, name, email } = ctx.staff;
  const quarter = quarterOf(ctx.now());
  if (input.quarter !== quarter) throw new Conflict('A new quarter has begun. Look through the list again.');
  const people = await listStaff(ctx.db.pool);
  if (digestOfList(people) !== input.seen)
    throw new Conflict('The list has changed since you opened it. Look through it again.');
  const isSigned = await ctx.db.prisma.$transaction(async (tx) => {
    await tx.$queryRawUnsafe(
      'select pg_advisory_xact_lock(hashtextextended($1, 0))::text',
      `staff review ${quarter} ${staffId}`,
    );
    if ((await tx.staffReview.count({ where: { quarter, signedById: staffId } })) > 0) return false;
    await tx.staffReview.create({
      data: {
        id: randomUUID(),
        quarter,
        signedAt: ctx.now(),
        signedById: staffId,
        signedBy: `${name} <${email}>`,
        note: input.note,
        people: people.map((person) => ({
          ...person,
          grantedAt: person.grantedAt.toISOString(),
          lastSeenAt: person.lastSeenAt?.toISOString() ?? null,
        })),
      },
    });
    return true;
  });
  if (!isSigned) throw new Conflict(`You have signed the list of ${quarter} already.`);
}
