import type { Steps } from "../steps.ts";

/** What all work that shares them takes of one turn of the event loop: a scrape or a health check waits for a few of these at most. */
const TURN_MS = 5;

/** What tells the time and gives others their turn; tests have their own. */
export interface EventLoop {
  readonly nowMs: () => number;
  /** Calls `run` in the next turn. */
  readonly nextTurn: (run: () => void) => void;
}

const nodeLoop: EventLoop = { nowMs: () => performance.now(), nextTurn: (run) => void setImmediate(run) };

/**
 * Turns of the event loop for many long works together: were each to take slices of its own, twenty of them would fill a turn with twenty
 * slices. What is short is done in the turn in which it is asked for, as long as that has time left.
 */
export class Turns {
  private readonly loop: EventLoop;
  /** When this turn's time is up; Infinity where nothing was done in it. */
  private endMs = Infinity;
  private readonly waiting: (() => void)[] = [];

  constructor(loop: EventLoop = nodeLoop) {
    this.loop = loop;
  }

  /** Does all of `steps`, in as many turns as it takes. Rejects with what they throw. */
  async run<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      if (this.isSpent()) {
        await new Promise<void>((resolve) => {
          this.waiting.push(resolve);
        });
      }
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  private isSpent(): boolean {
    const nowMs = this.loop.nowMs();
    if (this.endMs < Infinity) return nowMs >= this.endMs;
    this.endMs = nowMs + TURN_MS;
    this.loop.nextTurn(this.begin);
    return false;
  }

  /** One of those that wait has the turn; what it leaves of it is for those that come. */
  private readonly begin = (): void => {
    this.endMs = Infinity;
    const resume = this.waiting.shift();
    if (resume === undefined) return;
    this.endMs = this.loop.nowMs() + TURN_MS;
    this.loop.nextTurn(this.begin);
    resume();
  };
}
