/** What a function that does much work tells of it, so that a loop around it ends in time. */
export interface Meter {
  /** The steps that the execution has taken so far. */
  readonly spent: number;
  /** Takes steps of the execution; throws when there are none left. */
  readonly spend: (steps: number) => void;
  /** Ends the execution for a reason of its own. */
  readonly refuse: (message: string) => never;
}

/** For work outside an execution: nothing is counted. */
export const unmetered: Meter = {
  spent: 0,
  spend: () => undefined,
  refuse: (message) => {
    throw new RangeError(message);
  },
};

/** So many characters of text are worth a step. */
const CHARACTERS_PER_STEP = 32;

/** The steps that reading or writing `text` is worth. */
export function stepsOfText(text: string): number {
  return Math.floor(text.length / CHARACTERS_PER_STEP);
}

/** Text that is put together from many pieces, each of which is a step and what its characters are worth. */
export class TextSink {
  readonly meter: Meter;
  private readonly pieces: string[] = [];

  constructor(meter: Meter) {
    this.meter = meter;
  }

  write(text: string): void {
    this.meter.spend(1 + stepsOfText(text));
    this.pieces.push(text);
  }

  text(): string {
    return this.pieces.join("");
  }
}
