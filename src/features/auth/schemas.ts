import { z } from 'zod';

export const PASSWORD_MIN = 12;
const PASSWORD_MAX = 200;

const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'That is too long for an email address.')
  .pipe(z.email('Give an email address, such as ada@example.com.'));

const newPassword = z
  .string()
  .min(PASSWORD_MIN, `A password has at least ${PASSWORD_MIN} characters.`)
  .max(PASSWORD_MAX, `A password has at most ${PASSWORD_MAX} characters.`);

const password = z
  .string()
  .min(1, 'Give your password.')
  .max(PASSWORD_MAX, 'That is too long for a password.');

export const SignInInput = z.strictObject({ email, password });
export type SignInInput = z.infer<typeof SignInInput>;

export const SignUpInput = z.strictObject({
  name: z.string().trim().min(1, 'Give your name.').max(80, 'A name has at most 80 characters.'),
  workspace: z
    .string()
    .trim()
    .min(1, 'Give the workspace a name.')
    .max(80, 'A name has at most 80 characters.'),
  email,
  password: newPassword,
});
export type SignUpInput = z.infer<typeof SignUpInput>;

export const ChangePasswordInput = z.strictObject({ current: password, next: newPassword });
export type ChangePasswordInput = z.infer<typeof ChangePasswordInput>;
