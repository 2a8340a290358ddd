import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "@jest/globals";
import type { ReadOutcome } from "../../src/body-reader.ts";
import { createConvertingReader } from "../../src/messages/converting-reader.ts";
import { exemplar, family, label, messageReader, nested, testReader } from "../messages/support.ts";
import { testCache } from "./support.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const MIB = 2 ** 20;
const COUNT = 200_000;

/** A format's reader, and a body that is little but exemplars, of which it repeats the same. */
interface Format {
  readonly name: string;
  readonly read: (takesExemplars: boolean, times: number, id: string) => { readonly outcome: ReadOutcome; readonly free: () => void };
}

function openMetrics(times: number, id: string): Buffer {
  return Buffer.concat([Buffer.alloc(`a 1 # {id="${id}"} 1\n`.length * times, `a 1 # {id="${id}"} 1\n`), Buffer.from("# EOF\n")]);
}

/** Histograms of which each bucket has an exemplar with a time. */
function histogram(times: number, id: string): Buffer {
  const line = `h_bucket{le="1"} 1 # {id="${id}"} 1 5\n`;
  const body = Buffer.alloc(line.length * times, line);
  return Buffer.concat([Buffer.from("# TYPE h histogram\n"), body, Buffer.from("# EOF\n")]);
}

function message(times: number, id: string): Uint8Array {
  const metric = nested(4, [...label("a", ""), ...nested(3, nested(2, exemplar(id, 1)))]);
  const [head] = [family("c", "counter")];
  const content = Buffer.concat([Buffer.from(head.slice(1)), Buffer.alloc(metric.length * times, Buffer.from(metric))]);
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) break;
  }
  return Buffer.concat([Buffer.from(length), content]);
}

const formats: readonly Format[] = [
  {
    name: "OpenMetrics",
    read(takesExemplars, times, id) {
      const made = testCache({ syntax: "openmetrics", takesExemplars });
      return { outcome: made.readText(openMetrics(times, id), 1000), free: made.free };
    },
  },
  {
    name: "a converted histogram",
    read(takesExemplars, times, id) {
      const made = testReader(createConvertingReader, { syntax: "openmetrics", keepsClassic: false, takesExemplars });
      return { outcome: made.readBytes(histogram(times, id), 1000), free: made.free };
    },
  },
  {
    name: "protobuf",
    read(takesExemplars, times, id) {
      const made = messageReader({ takesExemplars });
      return { outcome: made.readBytes(message(times, id), 1000), free: made.free };
    },
  },
];

function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

test.each(formats)("a body in $name that is all exemplars takes little of the heap", ({ read }) => {
  read(true, 1000, "x").free();
  const before = heapBytes();
  const { outcome, free } = read(true, COUNT, "x");
  const grown = heapBytes() - before;
  const { exemplars = [], exemplarsLeftOut } = outcome;
  expect([exemplars.length, exemplarsLeftOut]).toEqual([100_000, COUNT - 100_000]);
  expect(grown).toBeLessThan(30 * MIB);
  free();
});

test.each(formats)("exemplars of $name that nobody takes are not read", ({ read }) => {
  const { outcome, free } = read(false, 10, "x");
  expect(outcome).toMatchObject({ exemplars: [], exemplarsLeftOut: 0 });
  free();
});

test.each(formats)("exemplars of $name that no storage keeps are left out", ({ read }) => {
  const { outcome, free } = read(true, 3, "x".repeat(3000));
  expect(outcome).toMatchObject({ exemplars: [], exemplarsLeftOut: 3 });
  free();
});

test("the texts of all exemplars have a bound too", () => {
  const { outcome, free } = formats[0].read(true, 20_000, "x".repeat(1000));
  const { exemplars = [], exemplarsLeftOut } = outcome;
  expect(exemplars.length).toBe(Math.floor((16 * MIB) / `id="${"x".repeat(1000)}`.length));
  expect(exemplarsLeftOut).toBe(20_000 - exemplars.length);
  free();
});
