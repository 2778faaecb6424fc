import { requirePermission, requireStepUp, withTransaction, type Ctx } from '@/context';
import { Invalid, NotFound, PreconditionFailed } from '@/errors';
import { fetchMetadata, type FetchMetadataOptions } from '@/saml/fetch-metadata';
import { certificateOf, parseIdpMetadata } from '@/saml/metadata';
import { MetadataRefused, type IdpCertificate, type IdpSettings } from '@/saml/types';
import { getConnection } from './connection';
import { saveSettings, type Saved } from './save-settings';
import type { AddCertificateInput, CertificateRef, ProviderInput } from './schemas';

const CERTIFICATES_MAX = 10;

/** A refusal of the adapter as a message at the field that it is about. */
async function at<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof MetadataRefused)) throw error;
    throw new Invalid(error.message, { [field]: error.message });
  }
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** An address that a browser is sent to. Throws Invalid. */
function webAddress(text: string, field: string): string {
  const url = URL.parse(text);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  if (!url || !isSafe || url.username !== '' || url.password !== '' || url.hash !== '') {
    const message = 'Give an https address without a user name, a password or a fragment.';
    throw new Invalid(message, { [field]: message });
  }
  return url.href;
}

type Given = Omit<IdpSettings, 'certificates'> & {
  readonly certificates: readonly IdpCertificate[];
  readonly metadataUrl: string | null;
  /** Fields are entered beside the certificates that are there; metadata lists all of them. */
  readonly keepsCertificates: boolean;
};

async function readInput(input: ProviderInput, fetching: FetchMetadataOptions): Promise<Given> {
  switch (input.kind) {
    case 'xml':
      return {
        ...(await at('xml', () => parseIdpMetadata(input.xml))),
        metadataUrl: null,
        keepsCertificates: false,
      };
    case 'url': {
      const xml = await at('url', () => fetchMetadata(input.url, fetching));
      return {
        ...(await at('url', () => parseIdpMetadata(xml))),
        metadataUrl: input.url,
        keepsCertificates: false,
      };
    }
    case 'fields':
      return {
        entityId: input.entityId,
        ssoUrl: webAddress(input.ssoUrl, 'ssoUrl'),
        sloUrl: input.sloUrl === '' ? null : webAddress(input.sloUrl, 'sloUrl'),
        certificates:
          input.certificate === '' ? [] : [await at('certificate', () => certificateOf(input.certificate))],
        metadataUrl: null,
        keepsCertificates: true,
      };
  }
}

function joined(
  before: readonly IdpCertificate[],
  added: readonly IdpCertificate[],
): readonly IdpCertificate[] {
  const known = new Set(before.map((one) => one.fingerprint));
  const all = [...before, ...added.filter((one) => !known.has(one.fingerprint))];
  if (all.length > CERTIFICATES_MAX) {
    throw new Invalid(`A connection has at most ${CERTIFICATES_MAX} certificates. Remove one first.`);
  }
  return all;
}

const isCurrent = (now: Date) => (one: IdpCertificate) =>
  Date.parse(one.notBefore) <= now.getTime() && now.getTime() < Date.parse(one.notAfter);

function requireCurrent(certificates: readonly IdpCertificate[], now: Date, field: string): void {
  if (certificates.some(isCurrent(now))) return;
  const message =
    certificates.length === 0
      ? 'Give the certificate that the provider signs with.'
      : 'No certificate of the provider is valid today. Get its current one.';
  throw new Invalid(message, { [field]: message });
}

/**
 * Tells a connection its identity provider. Throws Invalid for what cannot be used, and PreconditionFailed where single sign-on
 * is required and the change would need a new test.
 */
export async function changeProvider(
  ctx: Ctx,
  input: ProviderInput,
  fetching: FetchMetadataOptions = {},
): Promise<Saved> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  await withTransaction(ctx, (tx) => getConnection(tx, ctx.workspaceId, input.connectionId));
  const given = await readInput(input, fetching);
  const field = input.kind === 'fields' ? 'certificate' : input.kind;
  return withTransaction(ctx, (tx) =>
    saveSettings(tx, ctx, input.connectionId, (before) => {
      const certificates = given.keepsCertificates
        ? joined(before.certificates, given.certificates)
        : joined([], given.certificates);
      requireCurrent(certificates, ctx.now(), field);
      return {
        idpEntityId: given.entityId,
        idpSsoUrl: given.ssoUrl,
        idpSloUrl: given.sloUrl,
        metadataUrl: given.metadataUrl,
        certificates,
      };
    }),
  );
}

/** Fetches the metadata again from where it came: for a provider that has announced a new certificate. */
export async function refreshMetadata(
  ctx: Ctx,
  { connectionId }: { connectionId: string },
  fetching: FetchMetadataOptions = {},
): Promise<Saved> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  const { metadataUrl } = await withTransaction(ctx, (tx) =>
    getConnection(tx, ctx.workspaceId, connectionId),
  );
  if (metadataUrl === null) throw new PreconditionFailed('This connection was not set up from an address.');
  return changeProvider(ctx, { kind: 'url', connectionId, url: metadataUrl }, fetching);
}

/** Another certificate that the provider may sign with, beside those that are there. The connection stays on. */
export async function addCertificate(ctx: Ctx, input: AddCertificateInput): Promise<Saved> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  return withTransaction(ctx, async (tx) => {
    await getConnection(tx, ctx.workspaceId, input.connectionId);
    const added = await at('certificate', () => certificateOf(input.certificate));
    if (Date.parse(added.notAfter) <= ctx.now().getTime()) {
      const message = 'This certificate is no longer valid. Get the current one of the provider.';
      throw new Invalid(message, { certificate: message });
    }
    return saveSettings(tx, ctx, input.connectionId, ({ certificates }) => ({
      certificates: joined(certificates, [added]),
    }));
  });
}

/** Nothing that this certificate signs is believed any more. Throws PreconditionFailed for the last one that is valid. */
export async function removeCertificate(ctx: Ctx, input: CertificateRef): Promise<Saved> {
  requirePermission(ctx, 'sso:write');
  requireStepUp(ctx);
  return withTransaction(ctx, (tx) =>
    saveSettings(tx, ctx, input.connectionId, (before) => {
      const rest = before.certificates.filter((one) => one.fingerprint !== input.fingerprint);
      if (rest.length === before.certificates.length) throw new NotFound('certificate');
      if (before.status === 'active' && !rest.some(isCurrent(ctx.now()))) {
        throw new PreconditionFailed('Without this certificate nobody could sign in. Add another one first.');
      }
      return { certificates: rest };
    }),
  );
}
