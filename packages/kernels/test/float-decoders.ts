import { expect } from "@jest/globals";
import { createSharedMemory, decodeXor, decodeXor2, loadKernels } from "../src/index.ts";

/** The most samples that are decoded at once. */
export const ROWS = 200;
/** The kernels may write some rows more than they are asked for. */
const SPARE_ROWS = 4;
const DATA_BYTES = 4096;

const shared = createSharedMemory();
const kernels = loadKernels(shared);
const address = shared.reserve(DATA_BYTES);
const timesAddress = shared.reserve((ROWS + SPARE_ROWS) * 8);
const valuesAddress = shared.reserve((ROWS + SPARE_ROWS) * 8);
const afterAddress = shared.reserve(8);

/** What came of decoding; -1 is none, see `decodeXor`. */
export interface Decoded {
  readonly count: number;
  readonly timestampsMs: number[];
  readonly valueBits: number[];
}

/** A decoder of a chunk's data. */
export interface FloatDecoder {
  readonly name: string;
  /** Decodes what was `put`, up to its `end`. */
  readonly decode: (end: number, sampleCount: number) => Decoded;
}

/** Both decoders of a format: the kernel and its twin. */
export function decodersOf(format: "xor" | "xor2"): readonly [FloatDecoder, FloatDecoder] {
  const decodeByKernel = format === "xor" ? kernels.xorDecode : kernels.xor2Decode;
  const decodeByTwin = format === "xor" ? decodeXor : decodeXor2;
  return [
    {
      name: "kernel",
      decode(end, sampleCount) {
        shared.f64[afterAddress >> 3] = 1234;
        const count = decodeByKernel(address, end, sampleCount, timesAddress, valuesAddress);
        if (shared.f64[afterAddress >> 3] !== 1234) throw new Error("the kernel wrote behind the columns");
        const rows = Math.max(0, count);
        return {
          count,
          timestampsMs: [...shared.f64.subarray(timesAddress >> 3, (timesAddress >> 3) + rows)],
          valueBits: [...shared.u32.subarray(valuesAddress >> 2, (valuesAddress >> 2) + 2 * rows)],
        };
      },
    },
    {
      name: "twin",
      decode(end, sampleCount) {
        const timestampsMs = new Float64Array(ROWS);
        const valueBits = new Uint32Array(2 * ROWS);
        const count = decodeByTwin(shared.view, address, end, sampleCount, timestampsMs, valueBits, 0);
        const rows = Math.max(0, count);
        return { count, timestampsMs: [...timestampsMs.subarray(0, rows)], valueBits: [...valueBits.subarray(0, 2 * rows)] };
      },
    },
  ];
}

/** Of the times that the twins leave to their callers. */
const isFar = (timestampMs: number): boolean => Math.abs(timestampMs) > 2 ** 50;

/** Throws unless both give the same of the bytes. */
export function expectAgreement([kernel, twin]: readonly [FloatDecoder, FloatDecoder], bytes: Uint8Array, sampleCount: number): void {
  const end = put(bytes);
  const byKernel = kernel.decode(end, sampleCount);
  const byTwin = twin.decode(end, sampleCount);
  if (byTwin.count < 0 && byKernel.timestampsMs.some(isFar)) return;
  expect(byKernel).toEqual(byTwin);
}

/** Writes the bytes of a chunk without its count and returns where they end; what follows is all ones. */
export function put(bytes: Uint8Array): number {
  shared.u8.fill(255, address, address + DATA_BYTES);
  shared.u8.set(bytes, address);
  return address + bytes.length;
}

/** The values by their bits. */
export function valuesOf({ valueBits }: Decoded): number[] {
  return [...new Float64Array(Uint32Array.from(valueBits).buffer)];
}
