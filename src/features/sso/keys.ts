import { randomUUID, X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';
import { requirePermission, requireStepUp, withTransaction, type Ctx, type Services } from '@/context';
import type { Tx } from '@/db/client';
import { NotFound, PreconditionFailed } from '@/errors';
import { recordAudit } from '@/features/audit/record-audit';
import { lockMembers } from '@/features/members/last-owner';
import type { SpKey } from '@/saml/types';
import type { KeyRef } from './schemas';

const KEY_BITS = 3072;
const DAY_MS = 86_400_000;
// No identity provider judges it by its end, and one that ends unnoticed locks everybody out.
const CERTIFICATE_MS = 3_650 * DAY_MS;
export const OVERLAP_DAYS = 30;

const purposeOf = (workspaceId: string, keyId: string) => `sso key ${workspaceId} ${keyId}`;

interface NewKey {
  readonly id: string;
  readonly privateKey: string;
  readonly certificate: string;
}

/** Takes part of a second, so make it before a transaction begins. */
export async function makeKey(
  services: Pick<Services, 'now' | 'vault'>,
  workspaceId: string,
): Promise<NewKey> {
  const id = randomUUID();
  const now = services.now().getTime();
  const made = await generate([{ name: 'commonName', value: 'Belvedere single sign-on' }], {
    keySize: KEY_BITS,
    algorithm: 'sha256',
    // Clocks differ.
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + CERTIFICATE_MS),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true },
    ],
  });
  return {
    id,
    privateKey: services.vault.encrypt(made.private, purposeOf(workspaceId, id)),
    certificate: made.cert,
  };
}

const live = (workspaceId: string, now: Date) => ({
  workspaceId,
  OR: [{ retiresAt: null }, { retiresAt: { gt: now } }],
});

const newestFirst = [{ retiresAt: { sort: 'desc', nulls: 'first' } }, { createdAt: 'desc' }] as const;

/** A key for a workspace that has none; null for one that has. */
export async function firstKey(ctx: Ctx): Promise<NewKey | null> {
  const { workspaceId } = ctx;
  const count = await withTransaction(ctx, (tx) =>
    tx.ssoKey.count({ where: { workspaceId, retiresAt: null } }),
  );
  return count > 0 ? null : makeKey(ctx, workspaceId);
}

/** Adds the key unless the workspace has one; call it under `lockMembers`. */
export async function addFirstKey(tx: Tx, ctx: Ctx, key: NewKey): Promise<void> {
  const { workspaceId } = ctx;
  if ((await tx.ssoKey.count({ where: { workspaceId, retiresAt: null } })) > 0) return;
  await tx.ssoKey.create({ data: { workspaceId, ...key, createdAt: ctx.now() } });
}

/** Our keys as the adapter takes them: the newest first, which signs. */
export async function openKeys(services: Services, tx: Tx, workspaceId: string): Promise<SpKey[]> {
  const rows = await tx.ssoKey.findMany({
    where: live(workspaceId, services.now()),
    orderBy: [...newestFirst],
  });
  return rows.map((row) => ({
    id: row.id,
    privateKeyPem: services.vault.decrypt(row.privateKey, purposeOf(workspaceId, row.id)),
    certificatePem: row.certificate,
  }));
}

export interface KeyFacts {
  readonly id: string;
  readonly fingerprint: string;
  readonly createdAt: string;
  readonly certificateEndsAt: string;
  readonly retiresAt: string | null;
  readonly isSigning: boolean;
}

export async function listKeysOf(
  services: Pick<Services, 'now'>,
  tx: Tx,
  workspaceId: string,
): Promise<KeyFacts[]> {
  const rows = await tx.ssoKey.findMany({
    where: live(workspaceId, services.now()),
    orderBy: [...newestFirst],
    select: { id: true, certificate: true, createdAt: true, retiresAt: true },
  });
  return rows.map((row, at) => {
    const certificate = new X509Certificate(row.certificate);
    return {
      id: row.id,
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      createdAt: row.createdAt.toISOString(),
      certificateEndsAt: new Date(certificate.validTo).toISOString(),
      retiresAt: row.retiresAt?.toISOString() ?? null,
      isSigning: at === 0,
    };
  });
}

/**
 * A new key, which signs from now on. Older ones decrypt and stand in the metadata for 30 days more, so that the identity
 * provider has time to take the new metadata. Throws NotFound before single sign-on was set up.
 */
export async function rotateKey(ctx: Ctx): Promise<{ id: string }> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  const key = await makeKey(ctx, workspaceId);
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const now = ctx.now();
    const retiresAt = new Date(now.getTime() + OVERLAP_DAYS * DAY_MS);
    const { count } = await tx.ssoKey.updateMany({
      where: { workspaceId, retiresAt: null },
      data: { retiresAt },
    });
    if (count === 0) throw new NotFound('key');
    await tx.ssoKey.create({ data: { workspaceId, ...key, createdAt: now } });
    recordAudit(tx, ctx, 'sso.key-rotated', key.id, { detail: { retiresAt: retiresAt.toISOString() } });
  });
  return { id: key.id };
}

/** Lets an older key go at once. Throws PreconditionFailed for the one that signs. */
export async function retireKey(ctx: Ctx, { keyId }: KeyRef): Promise<void> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { workspaceId } = ctx;
  await withTransaction(ctx, async (tx) => {
    await lockMembers(tx, workspaceId);
    const key = await tx.ssoKey.findFirst({
      where: { ...live(workspaceId, ctx.now()), id: keyId },
      select: { retiresAt: true },
    });
    if (!key) throw new NotFound('key');
    if (key.retiresAt === null) throw new PreconditionFailed('This key signs. Make a new one first.');
    await tx.ssoKey.delete({ where: { workspaceId_id: { workspaceId, id: keyId } } });
    recordAudit(tx, ctx, 'sso.key-rotated', keyId, { detail: { retired: true } });
  });
}
