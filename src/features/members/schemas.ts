import { z } from 'zod';
import { roles } from '@/domain/permissions';
import { email, newPassword, SignUpInput } from '@/features/auth/schemas';

const userId = z.uuid('There is no such member.');
const invitationId = z.uuid('There is no such invitation.');
const role = z.enum(roles, 'Choose a role.');
/** Our own refs of linked accounts; null: all accounts. */
const accounts = z
  .array(z.string().min(1).max(40))
  .min(1, 'Choose at least one account.')
  .max(5_000, 'That is too many accounts. Let the person see all of them.')
  .nullable();
const text = z.string().min(20, 'This link is not whole.').max(200, 'This is not one of our links.');

export const MemberRef = z.strictObject({ userId });
export type MemberRef = z.infer<typeof MemberRef>;

/** `liftsLimit`: whoever asks knows that the person will see all accounts from then on. */
export const ChangeRoleInput = z.strictObject({ userId, role, liftsLimit: z.boolean().default(false) });
export type ChangeRoleInput = z.infer<typeof ChangeRoleInput>;

export const LimitMemberInput = z.strictObject({ userId, accounts });
export type LimitMemberInput = z.infer<typeof LimitMemberInput>;

export const TransferInput = z.strictObject({ userId, staysOwner: z.boolean() });
export type TransferInput = z.infer<typeof TransferInput>;

export const InviteInput = z.strictObject({ email, role, accounts });
export type InviteInput = z.infer<typeof InviteInput>;

export const InvitationRef = z.strictObject({ invitationId });
export type InvitationRef = z.infer<typeof InvitationRef>;

export const LinkText = z.strictObject({ text });
export type LinkText = z.infer<typeof LinkText>;

export const AcceptAnewInput = z.strictObject({ text, name: SignUpInput.shape.name, password: newPassword });
export type AcceptAnewInput = z.infer<typeof AcceptAnewInput>;

/** What a page of members is asked for with. */
export const MemberSearch = z.strictObject({
  search: z.string().trim().max(120).default(''),
  page: z.coerce.number().int().min(1).max(10_000).default(1),
});
export type MemberSearch = z.infer<typeof MemberSearch>;
