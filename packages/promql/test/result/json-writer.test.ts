import { describe, expect, test } from "@jest/globals";
import { createSharedMemory, loadKernels } from "@ferula/kernels";
import { formatJsonFloat } from "@ferula/model";
import { CHUNK_BYTES } from "../../src/result/chunk-writer.ts";
import { type PointWriter, createEngine } from "../../src/index.ts";
import { POINT_SCRATCH_BYTES, createJsonWriter, kernelPointWriter, plainPointWriter } from "../../src/server.ts";
import { storageOf } from "../memory-storage.ts";

const shared = createSharedMemory();
const engine = createEngine();
const storage = storageOf(1500, 'up{job="a<b>&",path="é\\n"} 1 0.5 NaN 1e-7 -1e21 _ 2', 'up{job="b"} 0+1.1x2000');

const writers: readonly (readonly [string, PointWriter])[] = [
  ["kernel", kernelPointWriter(loadKernels(shared), shared, shared.reserve(POINT_SCRATCH_BYTES))],
  ["plain", plainPointWriter()],
];

async function json(
  points: PointWriter,
  text: string,
  range: readonly [number, number, number],
): Promise<{ text: string; chunks: number[] }> {
  const chunks: Uint8Array[] = [];
  const { sink } = createJsonWriter(points, (bytes) => chunks.push(bytes));
  await engine.run(storage, text, engine.params(...range), sink);
  return { text: Buffer.concat(chunks).toString("utf8"), chunks: chunks.map((chunk) => chunk.length) };
}

describe.each(writers)("results as JSON, %s", (_name, writer) => {
  const cases: readonly (readonly [string, readonly [number, number, number], string])[] = [
    [
      'up{job!="b"}',
      [0, 9000, 1500],
      '{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"a<b>&","path":"é\\n"},"values":' +
        '[[0,"1"],[1.500,"0.5"],[3,"NaN"],[4.500,"1e-07"],[6,"-1e+21"],[7.500,"-1e+21"],[9,"2"]]}]}',
    ],
    ['sum(up{job="b"})', [1500, 1500, 0], '{"resultType":"vector","result":[{"metric":{},"value":[1.500,"1.1"]}]}'],
    [
      'up{job="b"}[2s]',
      [1500, 1500, 0],
      '{"resultType":"matrix","result":[{"metric":{"__name__":"up","job":"b"},"values":[[0,"0"],[1.500,"1.1"]]}]}',
    ],
    ["1 / 0", [1500, 1500, 0], '{"resultType":"scalar","result":[1.5,"+Inf"]}'],
    ["1e-9", [0, 0, 0], '{"resultType":"scalar","result":[0,"0.000000001"]}'],
    ['"a\\"<"', [1500, 1500, 0], '{"resultType":"string","result":[1.5,"a\\"\\u003c"]}'],
    [String.raw`"\xff\u003c\\udcff"`, [1500, 1500, 0], String.raw`{"resultType":"string","result":[1.5,"\ufffd\u003c\\udcff"]}`],
    ["nothing", [0, 9000, 1500], '{"resultType":"matrix","result":[]}'],
    ["nothing", [0, 0, 0], '{"resultType":"vector","result":[]}'],
    ["vector(1)", [-1500, 0, 1500], '{"resultType":"matrix","result":[{"metric":{},"values":[[-1.500,"1"],[0,"1"]]}]}'],
  ];
  test.each(cases)("%s over %j", async (text, range, want) => {
    expect((await json(writer, text, range)).text).toBe(want);
  });

  test("long results come in whole pieces and read back", async () => {
    const { text, chunks } = await json(writer, "up", [0, 3_000_000, 500]);
    expect(chunks.slice(0, -1).every((length) => length > CHUNK_BYTES - 200 && length <= CHUNK_BYTES)).toBe(true);
    expect(chunks.length).toBeGreaterThan(1);
    const { result } = JSON.parse(text) as { result: { values: [number, string][] }[] };
    const { series } = await engine.range(storage, "up", 0, 3_000_000, 500);
    const points = [...series[1].timestampsMs].map((timeMs, i) => [timeMs / 1000, formatJsonFloat(series[1].values[i])]);
    expect(result[1].values).toEqual(points);
  });
});
