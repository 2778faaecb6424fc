/** Where and how a chain of audit events is not what was written. */
export interface ChainBreak {
  readonly kind: 'changed' | 'missing' | 'inserted' | 'swapped' | 'cut' | 'head' | 'beginning' | 'unreadable';
  /** The first event that is not as it was written; of missing ones the first. */
  readonly seq: number;
  /** How many are missing. */
  readonly count?: number;
  readonly at: string | null;
  readonly action: string | null;
}

export interface ChainLink {
  readonly seq: number;
  readonly at: string;
  readonly hash: string;
}

export interface ChainReport {
  /** How many events were looked at and fit. */
  readonly events: number;
  readonly newest: ChainLink | null;
  /** Up to which event the retention has let go; 0: of none. */
  readonly prunedSeq: number;
  readonly broken: ChainBreak | null;
}

const plural = (count: number) => (count === 1 ? 'event' : 'events');

const WHAT_IS_WRONG: Record<ChainBreak['kind'], (broken: ChainBreak) => string> = {
  changed: ({ seq }) => `Event ${seq} is not what was written: it, or the link before it, was changed.`,
  missing: ({ seq, count = 1 }) =>
    count === 1 ? `Event ${seq} is missing.` : `Events ${seq} to ${seq + count - 1} are missing.`,
  inserted: ({ seq }) => `Event ${seq} was put in afterwards.`,
  swapped: ({ seq }) => `Events ${seq} and ${seq + 1} have changed places.`,
  cut: ({ seq, count = 1 }) =>
    `The end is cut off: ${count} ${plural(count)} from event ${seq} on ${count === 1 ? 'is' : 'are'} missing.`,
  head: ({ seq }) => `The chain’s own note of its newest link, event ${seq}, was changed or is gone.`,
  beginning: ({ seq }) =>
    `The beginning was moved to event ${seq}, and no event of the chain says that the retention let go of what came before.`,
  unreadable: ({ seq }) => `Line ${seq} of the file cannot be read as an event.`,
};

export const describeBreak = (broken: ChainBreak): string => WHAT_IS_WRONG[broken.kind](broken);

/** What a verification found, in a sentence or two. */
export function describeReport(report: ChainReport): string {
  const { broken, newest, events } = report;
  if (broken) {
    const of = [broken.action, broken.at].filter((part) => part !== null).join(', ');
    return `${describeBreak(broken)}${of ? ` (${of})` : ''} ${events} ${plural(events)} before it fit.`;
  }
  if (!newest) return 'No events yet.';
  const begins = report.prunedSeq > 0 ? `, from event ${report.prunedSeq + 1} on` : '';
  return `${events} ${plural(events)}, unbroken${begins}. Newest link: event ${newest.seq}, ${newest.at}, ${newest.hash}.`;
}
