import { randomBytes } from 'node:crypto';
import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import type { Tx } from '@/db/client';
import { Conflict, NotFound, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import { domainName } from './domain-name';
import { endSessionsOfDomain } from './end-sessions';
import { lookUpRecord, recordOf, type LookUp } from './look-up-record';
import type { DomainInput } from './schemas';

const DOMAINS_MAX = 50;
const TAKEN = 'This domain is in use elsewhere. If it is yours, ask the operator of this Belvedere.';

export interface DomainFacts {
  readonly domain: string;
  readonly record: ReturnType<typeof recordOf>;
  readonly verifiedAt: string | null;
}

export async function listDomainsOf(tx: Tx, workspaceId: string): Promise<DomainFacts[]> {
  const rows = await tx.ssoDomain.findMany({
    where: { workspaceId },
    orderBy: [{ createdAt: 'asc' }, { domain: 'asc' }],
  });
  return rows.map(({ domain, token, verifiedAt }) => ({
    domain,
    record: recordOf(domain, token),
    verifiedAt: verifiedAt?.toISOString() ?? null,
  }));
}

export async function isVerifiedDomain(tx: Tx, workspaceId: string, domain: string): Promise<boolean> {
  const [row, claim] = await Promise.all([
    tx.ssoDomain.findFirst({
      where: { workspaceId, domain, verifiedAt: { not: null } },
      select: { domain: true },
    }),
    tx.domainClaim.findFirst({ where: { workspaceId, domain }, select: { domain: true } }),
  ]);
  return row !== null && claim !== null;
}

/** Begins a proof: says which record to publish. Adding it again says the same. Throws Invalid, PreconditionFailed. */
export async function addDomain(ctx: Ctx, input: DomainInput): Promise<DomainFacts> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const domain = domainName(input.domain);
  const { workspaceId } = ctx;
  return withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const known = await listDomainsOf(tx, workspaceId);
    const same = known.find((one) => one.domain === domain);
    if (same) return same;
    if (known.length >= DOMAINS_MAX) {
      throw new PreconditionFailed(`A workspace has at most ${DOMAINS_MAX} domains. Remove one first.`);
    }
    const token = randomBytes(24).toString('base64url');
    await tx.ssoDomain.create({ data: { workspaceId, domain, token, createdAt: ctx.now() } });
    recordAudit(tx, ctx, 'sso.domain-added', domain);
    return { domain, record: recordOf(domain, token), verifiedAt: null };
  });
}

export interface Checked {
  readonly isVerified: boolean;
  readonly found: LookUp;
}

/** The first to prove a domain has it. Throws Conflict, without a word about whose it is. */
async function claim(tx: Tx, ctx: Ctx, domain: string): Promise<void> {
  const { workspaceId } = ctx;
  const now = ctx.now();
  await tx.domainClaim.createMany({ data: [{ domain, workspaceId, verifiedAt: now }], skipDuplicates: true });
  // Row Level Security shows a workspace its own claims alone.
  const own = await tx.domainClaim.findFirst({ where: { domain, workspaceId }, select: { domain: true } });
  if (!own) throw new Conflict(TAKEN);
  await tx.ssoDomain.update({
    where: { workspaceId_domain: { workspaceId, domain } },
    data: { verifiedAt: now },
  });
  recordAudit(tx, ctx, 'sso.domain-verified', domain);
}

/** Looks for the record now. Throws NotFound, and Conflict where another workspace has proven the domain. */
export async function checkDomain(ctx: Ctx, input: DomainInput): Promise<Checked> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const domain = domainName(input.domain);
  const { workspaceId } = ctx;
  const read = (tx: Tx) =>
    tx.ssoDomain.findFirst({ where: { workspaceId, domain }, select: { token: true, verifiedAt: true } });
  const row = await withTransaction(ctx, read);
  if (!row) throw new NotFound('domain');
  if (row.verifiedAt) return { isVerified: true, found: 'found' };
  const found = await lookUpRecord(ctx.config.dnsServers, domain, row.token);
  if (found !== 'found') return { isVerified: false, found };
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const still = await read(tx);
    if (still?.token !== row.token) throw new NotFound('domain');
    if (!still.verifiedAt) await claim(tx, ctx, domain);
  });
  return { isVerified: true, found };
}

/**
 * Gives a domain back. Whoever came in by single sign-on under it is out at once. Throws PreconditionFailed for the last verified
 * one while a connection is on.
 */
export async function removeDomain(ctx: Ctx, input: DomainInput): Promise<void> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const domain = domainName(input.domain);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const row = await tx.ssoDomain.findFirst({
      where: { workspaceId, domain },
      select: { verifiedAt: true },
    });
    if (!row) throw new NotFound('domain');
    if (row.verifiedAt) await requireAnotherDomain(tx, workspaceId, domain);
    await tx.ssoDomain.delete({ where: { workspaceId_domain: { workspaceId, domain } } });
    await tx.domainClaim.deleteMany({ where: { workspaceId, domain } });
    const sessions = row.verifiedAt ? await endSessionsOfDomain(tx, workspaceId, domain) : 0;
    recordAudit(tx, ctx, 'sso.domain-removed', domain, {
      detail: { wasVerified: row.verifiedAt !== null, sessions },
    });
  });
}

async function requireAnotherDomain(tx: Tx, workspaceId: string, domain: string): Promise<void> {
  const active = await tx.ssoConnection.count({ where: { workspaceId, status: 'active' } });
  if (active === 0) return;
  const others = await tx.ssoDomain.count({
    where: { workspaceId, domain: { not: domain }, verifiedAt: { not: null } },
  });
  if (others === 0) {
    throw new PreconditionFailed('Single sign-on is on and needs a verified domain. Turn it off first.');
  }
}
