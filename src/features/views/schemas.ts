import { z } from 'zod';

const name = z.string().trim().min(1, 'Give the view a name.').max(80, 'A name has at most 80 characters.');
const query = z.string().max(4_000, 'That is too much for one view. Take some filters away.');
const viewId = z.uuid('There is no such view.');

export const CreateViewInput = z.strictObject({ name, query });
export type CreateViewInput = z.infer<typeof CreateViewInput>;

export const UpdateViewInput = z.strictObject({ viewId, name: name.optional(), query: query.optional() });
export type UpdateViewInput = z.infer<typeof UpdateViewInput>;

export const ViewRef = z.strictObject({ viewId });
export type ViewRef = z.infer<typeof ViewRef>;

/** Everybody in the workspace, or those who are chosen; its maker, owners and admins in any case. */
export const audiences = ['workspace', 'chosen'] as const;
export type Audience = (typeof audiences)[number];

export const ShareViewInput = z.strictObject({
  viewId,
  audience: z.enum(audiences, 'Choose who sees the view.'),
  userIds: z.array(z.uuid('There is no such person.')).max(500, 'Choose at most 500 people.').default([]),
});
export type ShareViewInput = z.infer<typeof ShareViewInput>;

export interface SavedView {
  readonly id: string;
  readonly name: string;
  /** The overview's address after the question mark, in canonical form. */
  readonly query: string;
  readonly updatedAt: Date;
  readonly createdBy: string;
  readonly audience: Audience;
}
