import { z } from 'zod';

export const PASSWORD_MIN = 12;
const PASSWORD_MAX = 200;

export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'That is too long for an email address.')
  .pipe(z.email('Give an email address, such as ada@example.com.'));

export const newPassword = z
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

const code = z.string().trim().min(6, 'Give the code.').max(40, 'That is too long for a code.');

/** What a browser's authenticator answers; the library checks all of it. */
const AuthenticatorResponse = z.looseObject({ id: z.string().max(2_000), type: z.literal('public-key') });

/** How somebody shows that it is them. */
export const Proof = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('password'), password }),
  z.strictObject({ kind: z.literal('totp'), code }),
  z.strictObject({ kind: z.literal('recovery'), code }),
  z.strictObject({ kind: z.literal('passkey'), response: AuthenticatorResponse }),
]);
export type Proof = z.infer<typeof Proof>;

export const PasskeySignInInput = z.strictObject({ response: AuthenticatorResponse });

export const ConfirmTotpInput = z.strictObject({ offer: z.string().max(1_000), code });
export type ConfirmTotpInput = z.infer<typeof ConfirmTotpInput>;

export const AddPasskeyInput = z.strictObject({
  name: z.string().trim().min(1, 'Give the passkey a name.').max(60, 'A name has at most 60 characters.'),
  response: AuthenticatorResponse,
});
export type AddPasskeyInput = z.infer<typeof AddPasskeyInput>;

export const PasskeyRef = z.strictObject({ passkeyId: z.string().min(1).max(2_000) });
export type PasskeyRef = z.infer<typeof PasskeyRef>;

export const SessionRef = z.strictObject({ sessionId: z.uuid() });
export type SessionRef = z.infer<typeof SessionRef>;

export const BreakGlassInput = z.strictObject({ email, code });
export type BreakGlassInput = z.infer<typeof BreakGlassInput>;

export const EmailInput = z.strictObject({ email });
export type EmailInput = z.infer<typeof EmailInput>;

export const ResetPasswordInput = z.strictObject({
  token: z.string().min(20).max(200),
  password: newPassword,
});
export type ResetPasswordInput = z.infer<typeof ResetPasswordInput>;

export const LinkInput = z.strictObject({ token: z.string().min(20).max(200) });
export type LinkInput = z.infer<typeof LinkInput>;

export const SwitchInput = z.strictObject({ workspaceId: z.uuid() });
export type SwitchInput = z.infer<typeof SwitchInput>;
