import { z } from 'zod';

// Payloads are ids and nothing else: a job outlives what it is about.
const ConnectionJob = z.object({ workspaceId: z.uuid(), connectionId: z.uuid() });

export const jobs = {
  'probe-connection': ConnectionJob,
  'sync-costs': ConnectionJob.extend({ runId: z.uuid() }),
  'schedule-sync': ConnectionJob,
  'erase-connection': ConnectionJob,
  'read-uploads': ConnectionJob,
  'rebuild-tags': ConnectionJob,
  'look-into-bucket': ConnectionJob,
} as const;

export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]>;
export const jobNames = Object.keys(jobs) as JobName[];
