import { z } from 'zod';

const text = (what: string, max: number) =>
  z
    .string()
    .regex(/^[^\0]*$/, `${what} cannot hold that character.`)
    .max(max, `${what} has at most ${max} characters.`);

/** Keys are what AWS and others wrote, and may begin or end with a space. */
export const TagKey = text('A tag key', 300).min(1, 'Choose a tag key.');

const Synonym = z.strictObject({
  from: text('A value', 300).min(1, 'Say which value is counted as another one.'),
  to: text('A value', 300).min(1, 'Say as which value it is counted.'),
});

const shape = {
  name: z
    .string()
    .transform((name) => name.trim().replace(/\s+/g, ' '))
    .pipe(text('A name', 80).min(1, 'Give the tag a name.')),
  keys: z.array(TagKey).min(1, 'Choose at least one tag key.').max(20, 'A tag joins at most 20 keys.'),
  ignoresCase: z.boolean(),
  synonyms: z.array(Synonym).max(200, 'A tag has at most 200 values that count as another.'),
};

/** What a tag of the reports is made of, whatever it is called. */
export const TagRuleShape = z.strictObject({
  keys: shape.keys,
  ignoresCase: shape.ignoresCase,
  synonyms: shape.synonyms,
});
export type TagRuleShape = z.infer<typeof TagRuleShape>;

/** A new rule, or with an id another version of one that is there. */
export const SaveTagRuleInput = z.strictObject({
  id: z.uuid('There is no such rule.').nullable(),
  ...shape,
});
export type SaveTagRuleInput = z.infer<typeof SaveTagRuleInput>;

export const TagRuleRef = z.strictObject({ id: z.uuid('There is no such rule.') });
export type TagRuleRef = z.infer<typeof TagRuleRef>;

/** Null: by the number of its values, as for every key that nobody chose. */
export const ChooseTagInput = z.strictObject({ key: TagKey, isReported: z.boolean().nullable() });
export type ChooseTagInput = z.infer<typeof ChooseTagInput>;
