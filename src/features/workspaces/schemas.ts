import { z } from 'zod';
import { ABSOLUTE_MINUTES_MAX, IDLE_MINUTES_MAX } from '@/features/auth/session-limits';

export const DeleteWorkspaceInput = z.strictObject({
  confirmation: z.string().trim(),
});
export type DeleteWorkspaceInput = z.infer<typeof DeleteWorkspaceInput>;

const minutes = (least: number, most: number) =>
  z.coerce
    .number<number>()
    .int('Give whole minutes.')
    .min(least, `At least ${least} minutes.`)
    .max(most, `At most ${most} minutes.`);

export const SecuritySettingsInput = z
  .strictObject({
    requireSecondFactor: z.boolean(),
    sessionIdleMinutes: minutes(5, IDLE_MINUTES_MAX),
    sessionAbsoluteMinutes: minutes(30, ABSOLUTE_MINUTES_MAX),
  })
  .refine((input) => input.sessionIdleMinutes <= input.sessionAbsoluteMinutes, {
    path: ['sessionIdleMinutes'],
    message: 'Idle time cannot be longer than the whole session.',
  });
export type SecuritySettingsInput = z.infer<typeof SecuritySettingsInput>;
