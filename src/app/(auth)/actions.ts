'use server';

import { redirect } from 'next/navigation';
import { CredentialsSignin } from 'next-auth';
import type { FormState } from '@/features/auth/form-state';
import { SignInInput, SignUpInput } from '@/features/auth/schemas';
import { signUp } from '@/features/auth/sign-up';
import { runtime } from '@/runtime';
import { signIn } from '@/server/auth';
import { fieldsOf, toErrorBody } from '@/server/http-errors';
import { clientAddress } from '@/server/session';

const text = (data: FormData, name: string): string => String(data.get(name) ?? '');

async function openSession(email: string, password: string): Promise<string | null> {
  try {
    await signIn('credentials', { email, password, redirect: false });
    return null;
  } catch (error) {
    if (error instanceof CredentialsSignin) return error.code;
    throw error;
  }
}

export async function signInAction(_state: FormState, data: FormData): Promise<FormState> {
  const raw = { email: text(data, 'email'), password: text(data, 'password') };
  const values = { email: raw.email };
  const parsed = SignInInput.safeParse(raw);
  if (!parsed.success) return { message: null, fields: fieldsOf(parsed.error), values };
  const refused = await openSession(parsed.data.email, parsed.data.password);
  if (refused) return { message: refused, fields: {}, values };
  redirect('/overview');
}

export async function signUpAction(_state: FormState, data: FormData): Promise<FormState> {
  const raw = {
    name: text(data, 'name'),
    workspace: text(data, 'workspace'),
    email: text(data, 'email'),
    password: text(data, 'password'),
  };
  const values = { name: raw.name, workspace: raw.workspace, email: raw.email };
  const parsed = SignUpInput.safeParse(raw);
  if (!parsed.success) return { message: null, fields: fieldsOf(parsed.error), values };
  try {
    await signUp(runtime(), parsed.data, await clientAddress());
  } catch (error) {
    return { message: toErrorBody(error, runtime().log).message, fields: {}, values };
  }
  const refused = await openSession(parsed.data.email, parsed.data.password);
  if (refused) return { message: refused, fields: {}, values };
  redirect('/overview');
}
