import { gzipSync } from "node:zlib";

/** A function on a stack, or what stands for one. */
export interface Frame {
  readonly name: string;
  readonly file?: string;
  /** From 1; 0 where there is none. */
  readonly line?: number;
}

/** What was measured at a stack: a value for each type of the profile. */
export interface Sample {
  /** Innermost first. */
  readonly stack: readonly Frame[];
  readonly values: readonly number[];
}

/** A profile as the tools around pprof know it. */
export interface Profile {
  readonly types: readonly (readonly [type: string, unit: string])[];
  readonly samples: readonly Sample[];
  readonly startedMs: number;
  readonly durationMs: number;
  /** What the tools show with it. */
  readonly comment: string;
}

const VARINT = 0;
const BYTES = 2;

/** The profile in pprof's format, compressed (github.com/google/pprof, proto/profile.proto: the numbers of the fields are from there). */
export function encodeProfile({ types, samples, startedMs, durationMs, comment }: Profile): Buffer {
  const out: number[] = [];
  const texts = new Map([["", 0]]);
  const locations = new Map<string, number>();
  // Stacks share most of their frames: thousands of samples shall not hold the main thread with texts to look each of them up by.
  const known = new Map<Frame, number>();

  function textId(text: string): number {
    const id = texts.get(text) ?? texts.size;
    texts.set(text, id);
    return id;
  }

  function locationId(frame: Frame): number {
    let id = known.get(frame);
    if (id === undefined) known.set(frame, (id = newLocationId(frame)));
    return id;
  }

  /** A location and its function have one number. */
  function newLocationId({ name, file = "", line = 0 }: Frame): number {
    const key = `${name}\0${file}\0${line}`;
    const old = locations.get(key);
    if (old !== undefined) return old;
    const id = locations.size + 1;
    locations.set(key, id);
    const text = textId(name);
    putBytes(out, 4, [...number(1, id), ...part(4, [...number(1, id), ...number(2, line)])]);
    putBytes(out, 5, [...number(1, id), ...number(2, text), ...number(3, text), ...number(4, textId(file)), ...number(5, line)]);
    return id;
  }

  for (const [type, unit] of types) putBytes(out, 1, [...number(1, textId(type)), ...number(2, textId(unit))]);
  for (const { stack, values } of samples) {
    const sample: number[] = [];
    putBytes(sample, 1, packed(stack, locationId));
    putBytes(sample, 2, packed(values, Number));
    putBytes(out, 2, sample);
  }
  out.push(...number(9, startedMs * 1e6), ...number(10, durationMs * 1e6), ...number(13, textId(comment)));
  // The texts come last: only now all of them are known.
  for (const text of texts.keys()) putBytes(out, 6, Buffer.from(text));
  return gzipSync(Uint8Array.from(out));
}

/** The profile as a text for people: a line for each stack, the greatest first. */
export function formatProfile({ types, samples, comment }: Profile): string {
  const rows = samples.toSorted((a, b) => b.values[b.values.length - 1] - a.values[a.values.length - 1]);
  const head = `${comment}\n${types.map(([type, unit]) => `${type}/${unit}`).join(" ")}\n\n`;
  return (
    head + rows.map(({ stack, values }) => `${values.join(" ")} @ ${stack.map(({ name }) => name || "(anonymous)").join(" < ")}\n`).join("")
  );
}

/** A list of numbers as Protocol Buffers pack it. */
function packed<T>(items: readonly T[], numberOf: (item: T) => number): number[] {
  const out: number[] = [];
  for (const item of items) putVarint(out, numberOf(item));
  return out;
}

function number(field: number, value: number): number[] {
  const out: number[] = [];
  putVarint(out, (field << 3) | VARINT);
  putVarint(out, value);
  return out;
}

function part(field: number, content: ArrayLike<number>): number[] {
  const out: number[] = [];
  putBytes(out, field, content);
  return out;
}

function putBytes(out: number[], field: number, content: ArrayLike<number>): void {
  putVarint(out, (field << 3) | BYTES);
  putVarint(out, content.length);
  // Not by spreading: there may be more than arguments of a call.
  for (let i = 0; i < content.length; i++) out.push(content[i]);
}

/** A whole number, or what is nearest. Times in nanoseconds need more than 53 bits; dividing by a power of two loses none that a number has. */
function putVarint(out: number[], value: number): void {
  let rest = Math.round(value);
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  out.push(rest);
}
