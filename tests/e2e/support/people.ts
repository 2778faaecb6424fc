import { randomUUID } from 'node:crypto';
import type { Page } from '@playwright/test';
import type { Role } from '../../../src/domain/permissions';
import { hashPassword } from '../../../src/features/auth/password';
import { query } from './database';
import { newWorkspace } from './session';
import type { Member } from './stack';

/** Of everybody here who has one. */
export const PASSWORD = 'opens with these very words';

export interface Person extends Member {
  readonly email: string;
  readonly name: string;
}

let passwordHash: Promise<string> | undefined;

/** Somebody with a password; a member where a workspace and a role are given. */
export async function newPerson(name: string, of?: { workspaceId: string; role: Role }): Promise<Person> {
  passwordHash ??= hashPassword(PASSWORD);
  const userId = randomUUID();
  const email = `${name.toLowerCase().replaceAll(/\W+/g, '.')}.${userId.slice(0, 8)}@people.example`;
  await query(
    'insert into app_user (id, email, name, password_hash, email_verified_at) values ($1, $2, $3, $4, now())',
    [userId, email, name, await passwordHash],
  );
  if (of) await addMember(userId, of);
  return { userId, workspaceId: of?.workspaceId ?? '', email, name };
}

export async function addMember(userId: string, of: { workspaceId: string; role: Role }): Promise<void> {
  await query('insert into membership (workspace_id, user_id, role) values ($1, $2, $3)', [
    of.workspaceId,
    userId,
    of.role,
  ]);
}

/** The owner, with a password, of a workspace of their own. */
export async function newOwner(name: string, workspace: string): Promise<Person> {
  const { workspaceId } = await newWorkspace(workspace);
  return newPerson(name, { workspaceId, role: 'owner' });
}

/** As if the last proof of who is there were longer ago than five minutes. */
export const makeStale = (userId: string): Promise<unknown> =>
  query(`update auth_session set stepped_up_at = now() - interval '6 minutes' where user_id = $1`, [userId]);

/** The address, then the password. */
export async function typePassword(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('input[name=password]').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
