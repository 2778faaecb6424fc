import { z } from 'zod';
import { email, newPassword, SignInInput, SignUpInput } from '@/features/auth/schemas';
import { MINUTES_MAX, MINUTES_MIN, REASON_MAX, REASON_MIN } from './access-state';

const code = z
  .string()
  .transform((text) => text.replaceAll(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'Give the 6 digits that your authenticator shows.'));

export const StaffSignInInput = z.strictObject({ ...SignInInput.shape, code });
export type StaffSignInInput = z.infer<typeof StaffSignInInput>;

export const SetupToken = z.string().regex(/^[\w-]{43}$/);

export const SetUpInput = z.strictObject({ token: SetupToken, password: newPassword, code });
export type SetUpInput = z.infer<typeof SetUpInput>;

export const GrantInput = z.strictObject({ email, name: SignUpInput.shape.name });
export type GrantInput = z.infer<typeof GrantInput>;

// The reason goes into the audit trail, which outlives an erasure and so holds no account number, and into a mail.
const reason = z
  .string()
  .transform((text) => text.replaceAll(/[\s\p{C}]+/gu, ' ').trim())
  .pipe(
    z
      .string()
      .min(REASON_MIN, `Say why, in at least ${REASON_MIN} characters.`)
      .max(REASON_MAX, `Say why, in at most ${REASON_MAX} characters.`)
      .refine(
        (text) => !/arn:aws|\d{4}[ -]?\d{4}[ -]?\d{4}/i.test(text),
        'Name no account number and no ARN: the reason is kept for good.',
      ),
  );

export const AskAccessInput = z.strictObject({
  workspaceId: z.uuid('Give the id of a workspace.').toLowerCase(),
  reason,
  minutes: z.coerce
    .number()
    .int('Give whole minutes.')
    .min(MINUTES_MIN, `Ask for at least ${MINUTES_MIN} minutes.`)
    .max(MINUTES_MAX, `Ask for at most ${MINUTES_MAX} minutes.`),
});
export type AskAccessInput = z.infer<typeof AskAccessInput>;

export const AccessRef = z.strictObject({ accessId: z.uuid() });
export type AccessRef = z.infer<typeof AccessRef>;

/** approve: an owner lets each one in; notify: owners are told; never: nobody can ask. */
export const staffSettings = ['approve', 'notify', 'never'] as const;
export type StaffSetting = (typeof staffSettings)[number];

export const StaffSettingInput = z.strictObject({ setting: z.enum(staffSettings) });
export type StaffSettingInput = z.infer<typeof StaffSettingInput>;

export const SignReviewInput = z.strictObject({
  quarter: z.string().regex(/^\d{4}-Q[1-4]$/),
  /** The digest of the list that the signer looked at. */
  seen: z.string().regex(/^[0-9a-f]{64}$/),
  note: z
    .string()
    .trim()
    .min(1, 'Say what you found, such as: everybody is still needed.')
    .max(1_000, 'A note has at most 1,000 characters.'),
});
export type SignReviewInput = z.infer<typeof SignReviewInput>;
