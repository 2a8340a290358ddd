import type { LineSink, SampleLine } from "@ferula/exposition";
import type { MetricType } from "@ferula/model";
import { IGNORE_LINES } from "./comments.ts";
import type { ReadBody } from "./layout.ts";
import type { Syntax } from "./syntax.ts";
import type { Workspace } from "./workspace.ts";

/**
 * By line of a body, the index of the line that tells when its counter began, or one of these. Lines `_created` of counters, histograms and
 * summaries are no series of their own then.
 */
export type CreatedLines = Uint32Array;

/** In the place of an index: nothing tells when the line's counter began. */
export const NO_CREATED_LINE = 0xffff_ffff;
/** In the place of an index: the line is itself one that tells it. */
export const IS_CREATED_LINE = 0xffff_fffe;

/** The label that the samples of one histogram, or summary, do not share. */
const OWN_LABEL: Readonly<Partial<Record<MetricType, string>>> = { counter: "", histogram: "le", summary: "quantile" };

const SUFFIX = "_created";
/** How long the suffix of these lines is. */
export const CREATED_SUFFIX_LENGTH: number = SUFFIX.length;

/** The label that the samples of one metric of a type do not share, "" where there is none; undefined for types that have no beginning. */
export function ownLabelOf(type: MetricType): string | undefined {
  return OWN_LABEL[type];
}

/** A sample among those that no comment parts. */
interface RunLine {
  readonly index: number;
  readonly isCreated: boolean;
  /** The family's name and the labels that its samples share; undefined of types that have no beginning. */
  readonly identity: string | undefined;
}

/** Whether a line is one that tells when a counter began, `type` being that of the nearest TYPE line before. */
export function isCreatedLine(bytes: Uint8Array, { nameStart, nameEnd }: SampleLine, type: MetricType | undefined): boolean {
  if (type === undefined || OWN_LABEL[type] === undefined || nameEnd - nameStart < SUFFIX.length) return false;
  const start = nameEnd - SUFFIX.length;
  for (let k = 0; k < SUFFIX.length; k++) if (bytes[start + k] !== SUFFIX.charCodeAt(k)) return false;
  return true;
}

/**
 * Finds the `_created` lines of the samples of a body, as upstream does: it is the next one behind the sample before a comment, if that is
 * of the sample's family and labels, or the one that was found last (model/textparse/openmetricsparse.go `StartTimestamp`).
 */
export function findCreatedLines({ layout, lineCount, region }: ReadBody, { shared, line }: Workspace, syntax: Syntax): CreatedLines {
  const { u8, u32 } = shared;
  const created = new Uint32Array(lineCount).fill(NO_CREATED_LINE);
  const resolve = createResolver(created);
  let type: MetricType | undefined;
  let familyLength = 0;
  let index = 0;
  let run: RunLine[] = [];
  const family = (nameStart: number, nameEnd: number): void => {
    familyLength = nameEnd - nameStart;
    resolve(run);
    run = [];
  };
  const sink: LineSink = {
    ...IGNORE_LINES,
    type(_start, _end, nameStart, nameEnd, named) {
      family(nameStart, nameEnd);
      type = named;
    },
    help: (_start, _end, nameStart, nameEnd) => family(nameStart, nameEnd),
    unit: (_start, _end, nameStart, nameEnd) => family(nameStart, nameEnd),
    sample(sample) {
      const isCreated = isCreatedLine(u8, sample, type);
      const nameEnd = isCreated ? sample.nameEnd - SUFFIX.length : Math.min(sample.nameEnd, sample.nameStart + familyLength);
      run.push({ index, isCreated, identity: identityOf(u8, sample, nameEnd, type) });
    },
  };
  for (; index < lineCount; index++) {
    const start = region.address + u32[(layout.starts >>> 2) + index];
    syntax.scanLine(u8, start, start + u32[(layout.lineLengths >>> 2) + index], sink, line);
  }
  resolve(run);
  return created;
}

/** Finds the `_created` lines of one run of samples after the other. */
function createResolver(created: CreatedLines): (run: readonly RunLine[]) => void {
  let found: RunLine | undefined;
  return (run) => {
    const next: (RunLine | undefined)[] = [];
    for (let i = run.length - 1; i >= 0; i--) next[i] = i + 1 < run.length && run[i + 1].isCreated ? run[i + 1] : next[i + 1];
    for (const [i, { index, isCreated, identity }] of run.entries()) {
      if (isCreated) {
        created[index] = IS_CREATED_LINE;
        continue;
      }
      if (identity === undefined || found?.identity !== identity)
        found = identity !== undefined && next[i]?.identity === identity ? next[i] : undefined;
      if (found !== undefined) created[index] = found.index;
    }
  };
}

function identityOf(bytes: Uint8Array, line: SampleLine, nameEnd: number, type: MetricType | undefined): string | undefined {
  const own = type === undefined ? undefined : OWN_LABEL[type];
  if (own === undefined) return undefined;
  const { labelRanges: ranges, labelCount } = line;
  let identity = "";
  for (let i = 0; i < 4 * labelCount; i += 4) {
    const name = latin1(bytes, ranges[i], ranges[i + 1]);
    if (name !== own) identity += name + latin1(bytes, ranges[i + 2], ranges[i + 3]);
  }
  return identity + latin1(bytes, line.nameStart, nameEnd);
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}
