import type { Tone } from '@/ui/panel';
import type { AccessState } from './access-state';

const words: Record<AccessState, { text: string; tone: Tone }> = {
  asked: { text: 'waits for an owner', tone: 'accent' },
  running: { text: 'open', tone: 'warning' },
  over: { text: 'over', tone: 'neutral' },
  denied: { text: 'denied', tone: 'bad' },
  lapsed: { text: 'not decided', tone: 'neutral' },
  withdrawn: { text: 'taken back', tone: 'neutral' },
};

/** An access in a word or two. */
export const stateWords = (state: AccessState) => words[state];

/** Such as 45 min, 2 h or 1 h 30 min. */
export function formatMinutes(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 ? `${hours} h` : '', rest > 0 || hours === 0 ? `${rest} min` : '']
    .filter(Boolean)
    .join(' ');
}
