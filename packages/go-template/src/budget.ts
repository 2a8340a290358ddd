/** What one execution may use. An execution that needs more ends with an error of kind "limit". */
export interface Limits {
  /**
   * Units of work: statements, turns of loops, commands, calls, and one for each 32 characters that a call reads or
   * returns. Every 8 bytes of output earn one more, so that a long text is never short of them. Counting is the same
   * on every machine. Default: `250_000`: a template that loops has used them up in 10 to 100 ms, and the default
   * mail of 1 000 alerts with 20 labels and 5 annotations each, which takes 400 000, earns more than that.
   */
  readonly steps?: number;
  /** Bytes of output as UTF-8. Default: `8 MiB`; the mail above has 3.3 MB. */
  readonly outputBytes?: number;
  /** How deep templates may call templates. Default: `1000`; Go's is 100 000, which no stack of a JavaScript engine holds. */
  readonly depth?: number;
  /**
   * Milliseconds of wall time, looked at between steps, not inside a function. Default: `5000`: it only has to catch
   * functions of the caller that are slow, and must not fail an honest template on a machine that is busy.
   */
  readonly timeMs?: number;
}

/** The limits of a caller that sets none. */
export const defaultLimits: Required<Limits> = Object.freeze({
  steps: 250_000,
  outputBytes: 8 * 1024 * 1024,
  depth: 1000,
  timeMs: 5_000,
});

/** The clock is read once in so many steps. */
const STEPS_PER_CLOCK_READ = 1024;

/** So many bytes of output earn a step. */
const BYTES_PER_STEP = 8;

/** So many characters of text are worth a step. */
const CHARACTERS_PER_STEP = 32;

/** Counts what an execution uses; `refuse` throws the error for its place. */
export class Budget {
  private readonly limits: Required<Limits>;
  private readonly refuse: (message: string) => never;
  private readonly deadlineMs: number;
  private steps = 0;
  private stepsAtClockRead = 0;
  private outputBytes = 0;

  constructor(limits: Required<Limits>, refuse: (message: string) => never) {
    this.limits = limits;
    this.refuse = refuse;
    this.deadlineMs = performance.now() + limits.timeMs;
  }

  spend(steps: number): void {
    this.steps += steps;
    const allowed = this.limits.steps + Math.floor(this.outputBytes / BYTES_PER_STEP);
    if (this.steps > allowed) this.refuse(`the template took more than ${allowed} steps`);
    if (this.steps - this.stepsAtClockRead >= STEPS_PER_CLOCK_READ) this.readClock();
  }

  /** Charges a call for the text it was given and for what it made. */
  spendOnCall(args: readonly unknown[], result: unknown): void {
    let characters = lengthOfText(result);
    for (const arg of args) characters += lengthOfText(arg);
    if (lengthOfText(result) > this.limits.outputBytes) {
      this.refuse(`a text of ${lengthOfText(result)} characters is longer than the output may be: ${this.limits.outputBytes} bytes`);
    }
    this.spend(1 + Math.floor(characters / CHARACTERS_PER_STEP));
  }

  write(bytes: number): void {
    this.outputBytes += bytes;
    if (this.outputBytes > this.limits.outputBytes) this.refuse(`the template wrote more than ${this.limits.outputBytes} bytes`);
  }

  /** `depth` counts the calls that are open already. */
  checkDepth(depth: number): void {
    if (depth >= this.limits.depth) this.refuse(`exceeded maximum template depth (${this.limits.depth})`);
  }

  private readClock(): void {
    this.stepsAtClockRead = this.steps;
    if (performance.now() > this.deadlineMs) this.refuse(`the template took more than ${this.limits.timeMs} ms`);
  }
}

function lengthOfText(value: unknown): number {
  return typeof value === "string" ? value.length : 0;
}
