/** The time of the simulated world; it runs with the given source until set or advanced by hand. */
export class SimClock {
  private offset = 0;

  constructor(private readonly source: () => Date = () => new Date()) {}

  now(): Date {
    return new Date(this.source().getTime() + this.offset);
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }

  set(instant: Date): void {
    this.offset = instant.getTime() - this.source().getTime();
  }

  reset(): void {
    this.offset = 0;
  }
}

export const DAY_MS = 86_400_000;

export function epochDay(instant: Date): number {
  return Math.floor(instant.getTime() / DAY_MS);
}

export function isoDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
