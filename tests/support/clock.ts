/** A time that stands still until it is moved, shared by the app and the simulated AWS. */
export class TestClock {
  private time: number;

  constructor(private readonly start: Date) {
    this.time = start.getTime();
  }

  readonly now = (): Date => new Date(this.time);

  set(instant: string | Date): void {
    this.time = new Date(instant).getTime();
  }

  advance(milliseconds: number): void {
    this.time += milliseconds;
  }

  reset(): void {
    this.time = this.start.getTime();
  }
}
