'use server';

import { revalidatePath } from 'next/cache';
import { z } from 'zod';
import {
  activateConnection,
  deactivateConnection,
  deleteConnection,
} from '@/features/sso/activate-connection';
import { changeMapping, changeOptions } from '@/features/sso/change-options';
import {
  addCertificate,
  changeProvider,
  refreshMetadata,
  removeCertificate,
} from '@/features/sso/change-provider';
import { createConnection } from '@/features/sso/create-connection';
import { addDomain, checkDomain, removeDomain } from '@/features/sso/domains';
import { enforceSso } from '@/features/sso/enforce-sso';
import { retireKey, rotateKey } from '@/features/sso/keys';
import {
  AddCertificateInput,
  CertificateRef,
  ConnectionRef,
  CreateConnectionInput,
  DomainInput,
  EnforceInput,
  KeyRef,
  MappingInput,
  OptionsInput,
  ProviderInput,
} from '@/features/sso/schemas';
import { runAction } from '@/server/action';

/** What the page shows afterwards is read anew. */
async function refreshed<T>(work: Promise<T>): Promise<T> {
  const result = await work;
  revalidatePath('/settings/sso');
  return result;
}

export async function createConnectionAction(raw: unknown) {
  return refreshed(runAction(CreateConnectionInput, raw, createConnection));
}

export async function changeProviderAction(raw: unknown) {
  return refreshed(runAction(ProviderInput, raw, (ctx, input) => changeProvider(ctx, input)));
}

export async function refreshMetadataAction(raw: unknown) {
  return refreshed(runAction(ConnectionRef, raw, (ctx, input) => refreshMetadata(ctx, input)));
}

export async function addCertificateAction(raw: unknown) {
  return refreshed(runAction(AddCertificateInput, raw, addCertificate));
}

export async function removeCertificateAction(raw: unknown) {
  return refreshed(runAction(CertificateRef, raw, removeCertificate));
}

export async function changeMappingAction(raw: unknown) {
  return refreshed(runAction(MappingInput, raw, changeMapping));
}

export async function changeOptionsAction(raw: unknown) {
  return refreshed(runAction(OptionsInput, raw, changeOptions));
}

export async function activateConnectionAction(raw: unknown) {
  return refreshed(runAction(ConnectionRef, raw, activateConnection));
}

export async function deactivateConnectionAction(raw: unknown) {
  return refreshed(runAction(ConnectionRef, raw, deactivateConnection));
}

export async function deleteConnectionAction(raw: unknown) {
  return refreshed(runAction(ConnectionRef, raw, deleteConnection));
}

export async function addDomainAction(raw: unknown) {
  return refreshed(runAction(DomainInput, raw, addDomain));
}

export async function checkDomainAction(raw: unknown) {
  return refreshed(runAction(DomainInput, raw, checkDomain));
}

export async function removeDomainAction(raw: unknown) {
  return refreshed(runAction(DomainInput, raw, removeDomain));
}

export async function enforceSsoAction(raw: unknown) {
  return refreshed(runAction(EnforceInput, raw, enforceSso));
}

export async function rotateKeyAction() {
  return refreshed(runAction(z.undefined(), undefined, (ctx) => rotateKey(ctx)));
}

export async function retireKeyAction(raw: unknown) {
  return refreshed(runAction(KeyRef, raw, retireKey));
}
