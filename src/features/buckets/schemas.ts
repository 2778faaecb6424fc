import { z } from 'zod';
import { bucketNameProblem, folderOf, folderProblem } from '@/domain/bucket-rules';
import { AccountInput, ConnectionRef } from '@/features/connections/schemas';
import { StartSourceInput } from '@/features/uploads/schemas';

const checked = (problemOf: (text: string) => string | null) => (text: string, ctx: z.RefinementCtx) => {
  const message = problemOf(text);
  if (message) ctx.addIssue({ code: 'custom', message });
};

export const StartBucketSourceInput = StartSourceInput.extend({
  bucket: z.string().trim().superRefine(checked(bucketNameProblem)),
  /** A folder; empty for the whole bucket. */
  prefix: z.string().transform(folderOf).superRefine(checked(folderProblem)),
});
export type StartBucketSourceInput = z.infer<typeof StartBucketSourceInput>;

export const CheckBucketInput = ConnectionRef.extend({ account: AccountInput });
export type CheckBucketInput = z.infer<typeof CheckBucketInput>;

/** Why nothing comes from a bucket, as stored and shown. */
export interface BucketFailure {
  /** Stable word for programs: of AWS's failures, of the probes, or one of our own. */
  readonly kind: string;
  readonly message: string;
}
