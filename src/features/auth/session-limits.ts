/** No workspace can let a session live longer, in minutes: 14 days in all, 3 days without a request. */
export const ABSOLUTE_MINUTES_MAX = 14 * 1_440;
export const IDLE_MINUTES_MAX = 3 * 1_440;
