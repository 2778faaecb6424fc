import { z } from 'zod';
import { allGroupIds, type PermissionGroupId } from '@/aws/permissions';
import { isAccountId, parseRoleArn } from '@/domain/role-arn';

const groupIds = allGroupIds as readonly [PermissionGroupId, ...PermissionGroupId[]];

export const AccountInput = z
  .string()
  .trim()
  .transform((text) => (text.startsWith('arn:') ? text : text.replace(/[\s-]/g, '')))
  .refine((text) => isAccountId(text) || parseRoleArn(text) !== null, {
    error: 'Give the 12 digits of the AWS account, or the full ARN of a role (arn:aws:iam::…:role/…).',
  });

export const StartConnectionInput = z.strictObject({
  account: AccountInput,
  groups: z.array(z.enum(groupIds)).max(groupIds.length),
});
export type StartConnectionInput = z.infer<typeof StartConnectionInput>;

export const ConnectionRef = z.strictObject({ connectionId: z.uuid('There is no such connection.') });
export type ConnectionRef = z.infer<typeof ConnectionRef>;

export const UpdateConnectionInput = ConnectionRef.extend({
  name: z
    .string()
    .transform((text) => text.trim().replace(/\s+/g, ' '))
    .pipe(z.string().min(1, 'Give it a name.').max(80, 'A name has at most 80 characters.')),
  dailyCapUsd: z
    .string()
    .trim()
    .regex(/^\d{1,4}(\.\d{1,2})?$/, 'Give US dollars, such as 2.00.')
    .refine((text) => Number(text) >= 0.05, 'At least $0.05, which is five requests.'),
});
export type UpdateConnectionInput = z.infer<typeof UpdateConnectionInput>;

export const RevokeConnectionInput = ConnectionRef.extend({ confirmation: z.string().trim() });
export type RevokeConnectionInput = z.infer<typeof RevokeConnectionInput>;

export type ConnectionKind = 'aws' | 'upload';
export type ConnectionStatus = 'pending' | 'refused' | 'active' | 'attention' | 'revoked';

/** Why a connection does not work, as stored and shown. */
export interface ConnectionFailure {
  readonly kind: string;
  readonly message: string;
}

export interface DeniedAction {
  readonly action: string;
  readonly group: string;
  readonly withoutIt: string;
}
