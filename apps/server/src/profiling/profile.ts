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
  const texts = new Map([["", 0]]);
  const textId = (text: string): number => idOf(texts, text, 0);
  const frames = new Map<string, number>();
  const locations: Part[] = [];

  /** A location and its function have one number. */
  function locationId({ name, file = "", line = 0 }: Frame): number {
    const key = `${name}\0${file}\0${line}`;
    const known = frames.get(key);
    if (known !== undefined) return known;
    const id = frames.size + 1;
    frames.set(key, id);
    const at = message(number(1, id), number(2, line));
    const text = textId(name);
    locations.push(part(4, message(number(1, id), part(4, at))));
    locations.push(part(5, message(number(1, id), number(2, text), number(3, text), number(4, textId(file)), number(5, line))));
    return id;
  }

  const valueTypes = types.map(([type, unit]) => part(1, message(number(1, textId(type)), number(2, textId(unit)))));
  const encodedSamples = samples.map(({ stack, values }) =>
    part(
      2,
      message(
        part(
          1,
          stack.flatMap((frame) => varint(locationId(frame))),
        ),
        part(2, values.flatMap(varint)),
      ),
    ),
  );
  const head = [number(9, startedMs * 1e6), number(10, durationMs * 1e6), number(13, textId(comment))];
  // The texts come last: only now all of them are known.
  const strings = [...texts.keys()].map((text) => part(6, [...Buffer.from(text)]));
  return gzipSync(Uint8Array.from([...valueTypes, ...encodedSamples, ...locations, ...head, ...strings].flat()));
}

/** The profile as a text for people: a line for each stack, the greatest first. */
export function formatProfile({ types, samples, comment }: Profile): string {
  const rows = samples.toSorted((a, b) => b.values[b.values.length - 1] - a.values[a.values.length - 1]);
  const head = `${comment}\n${types.map(([type, unit]) => `${type}/${unit}`).join(" ")}\n\n`;
  return (
    head + rows.map(({ stack, values }) => `${values.join(" ")} @ ${stack.map(({ name }) => name || "(anonymous)").join(" < ")}\n`).join("")
  );
}

type Part = readonly number[];

function idOf(ids: Map<string, number>, key: string, first: number): number {
  const id = ids.get(key) ?? ids.size + first;
  ids.set(key, id);
  return id;
}

function message(...parts: readonly Part[]): Part {
  return parts.flat();
}

function number(field: number, value: number): Part {
  return [(field << 3) | VARINT, ...varint(value)];
}

function part(field: number, content: Part): Part {
  return [(field << 3) | BYTES, ...varint(content.length), ...content];
}

/** A whole number as Protocol Buffers write it. Profiles are rare and small, and times in nanoseconds need 64 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt(Math.round(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return bytes;
}
