import { type Meter, stepsOfText } from "./meter.ts";
import { baseOf, isMap } from "./values.ts";

/** What one execution may use. An execution that needs more ends with an error of kind "limit". */
export interface Limits {
  /**
   * Units of work: statements, turns of loops, commands, calls, pieces of a text that is put together, one for each 32
   * characters and for each 8 elements that a call reads or returns, and what dear functions ask for. Every 8 bytes of output earn one more, so that a long text is never short of them. Counting is the same
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

/** So many elements of a collection are worth a step. */
const ELEMENTS_PER_STEP = 8;

/** Counts what an execution uses; `refuse` throws the error for its place. */
export class Budget implements Meter {
  /** Whether the execution was refused more; what was thrown must end it. */
  isExhausted = false;
  spent = 0;
  /** The calls of templates that are open. */
  depth = 0;
  private readonly limits: Required<Limits>;
  private readonly fail: (message: string) => never;
  private readonly deadlineMs: number;
  private stepsAtClockRead = 0;
  private outputBytes = 0;

  constructor(limits: Required<Limits>, fail: (message: string) => never) {
    this.limits = limits;
    this.fail = fail;
    this.deadlineMs = performance.now() + limits.timeMs;
  }

  spend(steps: number): void {
    this.spent += steps;
    const allowed = this.limits.steps + Math.floor(this.outputBytes / BYTES_PER_STEP);
    if (this.spent > allowed) this.refuse(`the template took more than ${allowed} steps`);
    if (this.spent - this.stepsAtClockRead >= STEPS_PER_CLOCK_READ) this.readClock();
  }

  refuse(message: string): never {
    this.isExhausted = true;
    return this.fail(message);
  }

  /** Charges a call for what it will read, before it does. */
  spendOnArguments(args: readonly unknown[]): void {
    let steps = 1;
    for (const arg of args) steps += stepsOfValue(arg);
    this.spend(steps);
  }

  /** Charges a call for what it made. */
  spendOnResult(result: unknown): void {
    if (typeof result === "string" && result.length > this.limits.outputBytes) {
      this.refuse(`a text of ${result.length} characters is longer than the output may be: ${this.limits.outputBytes} bytes`);
    }
    this.spend(stepsOfValue(result));
  }

  write(bytes: number): void {
    this.outputBytes += bytes;
    if (this.outputBytes > this.limits.outputBytes) this.refuse(`the template wrote more than ${this.limits.outputBytes} bytes`);
  }

  /** Refuses a call of a template when as many are open as may be. */
  checkDepth(): void {
    if (this.depth >= this.limits.depth) this.refuse(`exceeded maximum template depth (${this.limits.depth})`);
  }

  private readClock(): void {
    this.stepsAtClockRead = this.spent;
    if (performance.now() > this.deadlineMs) this.refuse(`the template took more than ${this.limits.timeMs} ms`);
  }
}

/** What looking at all of a value is worth, but for what is in its elements. */
function stepsOfValue(value: unknown): number {
  const base = baseOf(value);
  if (typeof base === "string") return stepsOfText(base);
  if (Array.isArray(base)) return Math.floor(base.length / ELEMENTS_PER_STEP);
  if (typeof base !== "object" || base === null) return 0;
  return Math.floor((isMap(base) ? base.size : Object.keys(base).length) / ELEMENTS_PER_STEP);
}
