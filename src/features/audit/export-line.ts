import { z } from 'zod';

export const FORMAT = 'belvedere-audit/1';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const facts = z.record(z.string(), z.json());

/** One event of an export. `hash` = SHA-256 of the 32 bytes of `prevHash` and then of `body` in UTF-8; the rest is for reading. */
export const ExportedEvent = z.object({
  seq: z.int().positive(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
  action: z.string(),
  /** What happened, in words; of the day of the export. */
  what: z.string(),
  subject: z.string().nullable(),
  address: z.string().nullable(),
  detail: facts,
  before: facts.nullable(),
  after: facts.nullable(),
  /** Null where the event before is not in the database though it should be. */
  prevHash: hash.nullable(),
  hash,
  /** The text that was hashed: workspace, number, time, id, kind and id of the actor, action, subject, address, detail, before, after. */
  body: z.string(),
});
export type ExportedEvent = z.infer<typeof ExportedEvent>;

const link = z.object({ seq: z.int().nonnegative(), hash });

/** The last line of an export; without it the download broke off. */
export const ExportEnd = z.object({
  end: z.object({
    format: z.literal(FORMAT),
    workspaceId: z.uuid(),
    exportedAt: z.string(),
    /** As in the address of the page; empty: everything. */
    filter: z.string(),
    events: z.int().nonnegative(),
    /** The newest link when the export began. */
    newest: link,
    /** The link that the oldest event hangs on: of the last event that the retention let go of, or number 0. */
    begins: link,
  }),
});
export type ExportEnd = z.infer<typeof ExportEnd>;
