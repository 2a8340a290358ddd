const LINE_END = 0x0a;

/** Takes the bytes of a body of lines, as they come. */
export interface EventLines {
  /** The bytes are only valid during the call. Throws what `onLine` throws, and when a line is too long. */
  readonly take: (bytes: Uint8Array) => void;
  /** Hands on what stands after the last line break, once the body is whole. */
  readonly end: () => void;
}

/** Cuts a body into lines of at most `maxBytes`. Empty ones are left out. */
export function createEventLines(maxBytes: number, onLine: (text: string) => void): EventLines {
  let parts: Uint8Array[] = [];
  let heldBytes = 0;

  function hold(bytes: Uint8Array): void {
    heldBytes += bytes.length;
    if (heldBytes > maxBytes) throw new Error(`an event of the watch is larger than ${maxBytes} bytes`);
    if (bytes.length > 0) parts.push(Uint8Array.from(bytes));
  }

  function release(): void {
    const text = Buffer.concat(parts).toString("utf8").trim();
    parts = [];
    heldBytes = 0;
    if (text !== "") onLine(text);
  }

  return {
    take(bytes) {
      let start = 0;
      for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, start)) {
        hold(bytes.subarray(start, at));
        release();
        start = at + 1;
      }
      hold(bytes.subarray(start));
    },
    end: release,
  };
}
