import type { BodySink } from "@ferula/http";
import { createTimeSlice } from "@ferula/lifecycle";
import { AwsError } from "./aws-error.ts";
import { childOf, createXmlReader, textAt, type XmlElement, type XmlItems } from "./xml.ts";

/** Takes one answer as it comes in. */
export interface AnswerReader {
  readonly begin: (status: number) => void;
  /** Throws when what has been read so far is no XML. */
  readonly take: BodySink;
  /** The answer's element, when all has been read. Rejects with an AwsError when it is a refusal. */
  readonly end: () => Promise<XmlElement>;
}

/** So much of a refusal is read, in characters. */
const MOST_REFUSAL_CHARS = 64 * 1024;

/** So much of a refusal that isn't Amazon's stands in a message, in characters. */
const MOST_SHOWN_CHARS = 1024;

/** Ten thousand instances are 40 MB or more: who asks for our health meanwhile waits no longer than this. */
const SLICE_MS = 10;

/** More than this many characters don't wait to be read: memory counts more then than who else is waiting. */
const MOST_WAITING_CHARS = 64 << 20;

/** A reader for the answer to one request. `place` begins its errors; `items` are handed on in slices of time, while the answer comes in. */
export function createAnswerReader(place: string, items: XmlItems | undefined): AnswerReader {
  const decoder = new TextDecoder();
  const xml = createXmlReader(items);
  const waiting: string[] = [];
  let waitingChars = 0;
  let status = 0;
  let refusal = "";
  let failure: Error | undefined;
  let reading: Promise<void> | undefined;

  function failed(error: unknown): Error {
    return new Error(`${place}: cannot read the answer: ${(error as Error).message}`, { cause: error });
  }

  function readNext(): void {
    const text = waiting.shift() ?? "";
    waitingChars -= text.length;
    try {
      xml.write(text);
    } catch (error) {
      failure = failed(error);
      waiting.length = 0;
    }
  }

  async function readWaiting(): Promise<void> {
    const slice = createTimeSlice(SLICE_MS);
    // The first piece waits as well: several may come in one turn of the loop.
    await slice.yield();
    while (waiting.length > 0) {
      readNext();
      if (slice.isSpent()) await slice.yield();
    }
    reading = undefined;
  }

  return {
    begin(given) {
      status = given;
    },
    take(bytes) {
      if (failure !== undefined) throw failure;
      const text = decoder.decode(bytes, { stream: true });
      if (status !== 200) {
        if (refusal.length < MOST_REFUSAL_CHARS) refusal += text;
        return;
      }
      waiting.push(text);
      waitingChars += text.length;
      while (waitingChars > MOST_WAITING_CHARS && waiting.length > 0) readNext();
      reading ??= readWaiting();
    },
    async end() {
      if (status !== 200) throw refusalOf(place, status, refusal);
      await reading;
      if (failure !== undefined) throw failure;
      try {
        return xml.end();
      } catch (error) {
        throw failed(error);
      }
    },
  };
}

/** EC2 wraps an error in `Response` and `Errors`, other services in `ErrorResponse`; what stands before them may send anything. */
function refusalOf(place: string, status: number, text: string): AwsError {
  const error = errorElement(text);
  const code = textAt(error, "Code");
  const said = code === "" ? text.trim().slice(0, MOST_SHOWN_CHARS) : `api error ${code}: ${textAt(error, "Message")}`;
  return new AwsError(code, status, `${place}: Unexpected response code: ${status} (${said})`);
}

function errorElement(text: string): XmlElement | undefined {
  try {
    const xml = createXmlReader();
    xml.write(text);
    const root = xml.end();
    return childOf(childOf(root, "Errors") ?? root, "Error");
  } catch {
    // No XML: then it is shown as it came.
    return undefined;
  }
}
