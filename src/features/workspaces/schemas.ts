import { z } from 'zod';

export const DeleteWorkspaceInput = z.strictObject({
  confirmation: z.string().trim(),
  password: z.string().min(1, 'Give your password.').max(200, 'That is too long for a password.'),
});
export type DeleteWorkspaceInput = z.infer<typeof DeleteWorkspaceInput>;
