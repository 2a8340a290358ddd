import type { LineSink } from "@ferula/exposition";
import type { MetricType } from "@ferula/model";
import type { Layout } from "./layout.ts";
import type { Syntax } from "./syntax.ts";
import type { Workspace } from "./workspace.ts";

const nothing = (): void => undefined;

/** Takes no notice of anything: lines are scanned for what `SampleLine` then holds, or parts of it are overridden. */
export const IGNORE_LINES: LineSink = { sample: nothing, comment: nothing, type: nothing, help: nothing, unit: nothing };

/** Whether line i of a layout is no sample: a comment, or a line of blanks. */
export function isComment(u32: Uint32Array, { keyLengths, lineLengths }: Layout, i: number): boolean {
  return u32[(keyLengths >>> 2) + i] === u32[(lineLengths >>> 2) + i];
}

/**
 * What the TYPE and UNIT lines say that stand before the next line of a body. The nearest of each kind counts, whatever family it names:
 * that is how upstream's parsers know to which family a sample belongs.
 */
export interface FamilyContext {
  readonly type: MetricType | undefined;
  /** "" before the first UNIT line. */
  readonly unit: string;
}

/** Finds out what holds at a line of a body that is on its way; the kernel may have walked over the lines before. */
export interface ContextFinder {
  /** What holds at line `index` of `layout`, up to which the body at the address `body` has been taken. Indexes only grow. */
  readonly before: (layout: Layout, body: number, index: number) => FamilyContext;
}

/** Of units only when `needsUnit`: most bodies have none, and all comments would be looked through for them. */
export function createContextFinder({ shared, line }: Workspace, syntax: Syntax, needsUnit: boolean): ContextFinder {
  const held: { type: MetricType | undefined; unit: string } = { type: undefined, unit: "" };
  let below = 0;
  let found: { type?: MetricType; unit?: string } = {};
  const sink: LineSink = {
    ...IGNORE_LINES,
    type: (_start, _end, _nameStart, _nameEnd, type) => void (found.type ??= type),
    unit: (_start, _end, _nameStart, _nameEnd, unitStart, unitEnd) => void (found.unit ??= utf8(shared.u8, unitStart, unitEnd)),
  };
  return {
    before(layout, body, index) {
      found = {};
      const { u8, u32 } = shared;
      for (let i = index - 1; i >= below; i--) {
        if (!isComment(u32, layout, i)) continue;
        const start = body + u32[(layout.starts >>> 2) + i];
        // `line` stays as it is: a comment has no sample.
        syntax.scanLine(u8, start, start + u32[(layout.lineLengths >>> 2) + i], sink, line);
        if (found.type !== undefined && (found.unit !== undefined || !needsUnit)) break;
      }
      below = index;
      held.type = found.type ?? held.type;
      held.unit = found.unit ?? held.unit;
      return held;
    },
  };
}

/** The text of a range that has no escapes. */
export function utf8(bytes: Uint8Array, start: number, end: number): string {
  if (bytes !== viewed) {
    viewed = bytes;
    // A view for each text costs more than the text.
    buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  return buffer.toString("utf8", start, end);
}

let viewed: Uint8Array | undefined;
let buffer: Buffer = Buffer.alloc(0);
