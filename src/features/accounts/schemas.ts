import { z } from 'zod';

const words = (what: string) =>
  z
    .string()
    .transform((text) => text.trim().replace(/\s+/g, ' '))
    .pipe(
      z
        .string()
        .regex(/^[^\p{C}]*$/u, `${what} cannot hold that character.`)
        .max(80, `${what} has at most 80 characters.`),
    );

/** The empty text takes the label or the group away. */
export const LabelAccountInput = z.strictObject({
  ref: z.string().regex(/^a[0-9a-f]{12}$/, 'There is no such account.'),
  label: words('A label'),
  group: words('A group'),
});
export type LabelAccountInput = z.infer<typeof LabelAccountInput>;
