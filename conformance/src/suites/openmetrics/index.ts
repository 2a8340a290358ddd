import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect, isDeepStrictEqual } from "node:util";
import { readFamilies, sortFamilies, writeFamilies, type MetricFamily, type WrittenFormat } from "@ferula/exposition";
import { expect, expectEqual, peer, skip, type Check, type Suite } from "../../harness.ts";
import { dataFolder } from "../../paths.ts";
import { bodies, type Body } from "./bodies.ts";
import { countFamilies } from "./count-families.ts";

/** Formats that a body is written in and read again. */
const WRITTEN: readonly { readonly format: WrittenFormat; readonly contentType: string }[] = [
  { format: "text", contentType: "text/plain; version=0.0.4" },
  { format: "openmetrics-1.0.0", contentType: "application/openmetrics-text; version=1.0.0" },
  {
    format: "protobuf",
    contentType: "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited",
  },
];

/** promtool's exit codes of text that it can't read, and of text that it finds fault with. */
const UNREADABLE = 1;
const FAULTY = 3;

function read({ file, contentType }: Body): { readonly bytes: Buffer; readonly families: readonly MetricFamily[] } {
  if (dataFolder === undefined) skip("../shared/conformance is not there");
  const bytes = readFileSync(join(dataFolder, "openmetrics", file));
  return { bytes, families: readFamilies(bytes, contentType) };
}

/** Each body of upstream's is read to what upstream's parsers count in it, and written as what peers and we ourselves read again. */
export const openmetrics: Suite = {
  name: "openmetrics",
  about: "upstream's expositions are read to the counts of its parsers, and written back in every format",
  checks: () => bodies.flatMap((body) => [counted(body), ...WRITTEN.map((written) => readAgain(body, written)), linted(body)]),
};

function counted(body: Body): Check {
  const { families, metrics, samples, created, exemplars } = body;
  return {
    name: `${body.file} has ${families} families, ${samples} samples, ${exemplars} exemplars`,
    run: () => expectEqual(countFamilies(read(body).families), { families, metrics, samples, created, exemplars }, body.file),
  };
}

function readAgain(body: Body, { format, contentType }: (typeof WRITTEN)[number]): Check {
  return {
    name: `${body.file} is written as ${format} that is read as the same families`,
    run: () => {
      const written = writeFamilies(read(body).families, { format, escaping: "allow-utf-8" });
      const again = readFamilies(written, contentType);
      const wanted = sortFamilies(read(body).families).map((family) => asWritten(family, format));
      expect(again.length === wanted.length, `${again.length} families are read again of ${wanted.length}`);
      again.forEach((family, i) => {
        const got = asWritten(family, format);
        expect(isDeepStrictEqual(got, wanted[i]), `${family.name}: got ${inspect(got)}, want ${inspect(wanted[i])}`);
      });
    },
  };
}

/** A family as far as a format can say it, and its writer says it by default. */
function asWritten(family: MetricFamily, format: WrittenFormat): object {
  const isUnknown = format === "openmetrics-1.0.0" && family.type === "counter" && !family.name.endsWith("_total");
  return kept({ ...family, type: isUnknown ? "untyped" : family.type }, format);
}

/** Only protobuf has times of creation, as `_created` lines are asked for, and milliseconds for all times; text has no exemplars. */
const LEFT_OUT: Readonly<Partial<Record<WrittenFormat, readonly string[]>>> = {
  text: ["createdSeconds", "exemplar"],
  "openmetrics-1.0.0": ["createdSeconds"],
};

function kept(value: object, format: WrittenFormat): object {
  const leftOut = LEFT_OUT[format] ?? [];
  const entries = Object.entries(value).filter(([key]) => !leftOut.includes(key));
  return Object.fromEntries(
    entries.map(([key, part]: [string, unknown]) => {
      if (typeof part === "object" && part !== null) return [key, kept(part, format)];
      return [key, format === "protobuf" && key.endsWith("Seconds") ? milliseconds(part) : part];
    }),
  );
}

/** Cut off, as the reader does it; the product may be off by its last bit. */
function milliseconds(seconds: unknown): number {
  return Math.trunc(Number((Number(seconds) * 1000).toFixed(3)));
}

function linted(body: Body): Check {
  return {
    name: `${body.file} is written as text that promtool reads, with the faults of the body itself`,
    run: () => {
      const { bytes, families } = read(body);
      const own = checkMetrics(bytes);
      const written = checkMetrics(writeFamilies(families, { format: "text", escaping: "allow-utf-8" }));
      expect(written.code === 0 || written.code === FAULTY, `promtool ends with ${written.code}: ${written.faults.join("\n")}`);
      expect((own.code === UNREADABLE) === (body.faults !== undefined), `promtool reads the body itself: ${own.code}`);
      expectEqual(written.faults, body.faults ?? own.faults, "faults");
    },
  };
}

/** What `promtool check metrics` ends with and says of a text. */
function checkMetrics(text: Uint8Array): { readonly code: number | null; readonly faults: readonly string[] } {
  const { status, stderr } = spawnSync(peer("promtool"), ["check", "metrics"], { input: text, encoding: "utf8" });
  const faults = stderr.split("\n").filter((line) => line !== "");
  return { code: status, faults: faults.sort() };
}
