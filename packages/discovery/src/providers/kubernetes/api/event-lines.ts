const LINE_END = 0x0a;
const SPACE = 0x20;

/** Takes the bytes of a body of lines, as they come. */
export interface EventLines {
  /** The bytes are only valid during the call. Throws what `onLine` throws, and when a line is too long. */
  readonly take: (bytes: Uint8Array) => void;
  /** Hands on what stands after the last line break, once the body is whole. */
  readonly end: () => void;
}

/** Room for the beginning of a line that is kept from one to the next. */
const KEPT_BYTES = 64 << 10;

/** Cuts a body into lines of at most `maxBytes`, which are only valid during the call. Empty ones are left out. */
export function createEventLines(maxBytes: number, onLine: (line: Buffer) => void): EventLines {
  // One buffer that grows, and no list of parts: a line may come byte by byte.
  let held = Buffer.alloc(0);
  let heldBytes = 0;

  function checkLength(lengthBytes: number): void {
    if (lengthBytes > maxBytes) throw new Error(`an event of the watch is larger than ${maxBytes} bytes`);
  }

  function hold(bytes: Uint8Array): void {
    const neededBytes = heldBytes + bytes.length;
    checkLength(neededBytes);
    if (neededBytes > held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(neededBytes, 2 * held.length));
      held.copy(larger, 0, 0, heldBytes);
      held = larger;
    }
    held.set(bytes, heldBytes);
    heldBytes = neededBytes;
  }

  function release(): void {
    const line = held.subarray(0, heldBytes);
    heldBytes = 0;
    if (held.length > KEPT_BYTES) held = Buffer.alloc(0);
    tell(line);
  }

  function tell(line: Buffer): void {
    if (line.some((byte) => byte > SPACE)) onLine(line);
  }

  return {
    take(bytes) {
      const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      let start = 0;
      for (let at = body.indexOf(LINE_END); at !== -1; at = body.indexOf(LINE_END, start)) {
        const line = body.subarray(start, at);
        start = at + 1;
        if (heldBytes === 0) {
          checkLength(line.length);
          tell(line);
        } else {
          hold(line);
          release();
        }
      }
      hold(body.subarray(start));
    },
    end: release,
  };
}
