import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { JSON_FLOAT_BYTES, createSharedMemory, loadKernels, writeJsonFloat } from "../src/index.ts";

const shared = createSharedMemory();
const kernels = loadKernels(shared);
const outAddress = shared.reserve(4096);

function byKernel(value: number): string {
  const end = kernels.writeJsonFloat(value, outAddress);
  return Buffer.from(shared.u8.slice(outAddress, end)).toString("latin1");
}

function byTwin(value: number): string {
  const out = new Uint8Array(JSON_FLOAT_BYTES + 3);
  return Buffer.from(out.subarray(3, writeJsonFloat(value, out, 3))).toString("latin1");
}

const writers: readonly (readonly [string, (value: number) => string])[] = [
  ["kernel", byKernel],
  ["twin", byTwin],
];

// The texts are what Go prints for `jsonutil.MarshalFloat`.
const table: readonly (readonly [number, string])[] = [
  [0, "0"],
  [-0, "-0"],
  [1, "1"],
  [-1, "-1"],
  [10, "10"],
  [1234567890, "1234567890"],
  [2147483647, "2147483647"],
  [2147483648, "2147483648"],
  [9007199254740992, "9007199254740992"],
  [123456789012345680000, "123456789012345680000"],
  [999999999999999900000, "999999999999999900000"],
  [1e21, "1e+21"],
  [1.5e21, "1.5e+21"],
  [-1e22, "-1e+22"],
  [1e23, "1e+23"],
  [1e100, "1e+100"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
  [0.1, "0.1"],
  [0.3, "0.3"],
  [0.1 + 0.2, "0.30000000000000004"],
  [1 / 3, "0.3333333333333333"],
  [123.456, "123.456"],
  [0.000001, "0.000001"],
  [0.0000012345678901234567, "0.0000012345678901234567"],
  [9.99e-7, "9.99e-07"],
  [1e-7, "1e-07"],
  [5e-324, "5e-324"],
  [2.2250738585072014e-308, "2.2250738585072014e-308"],
  [NaN, "NaN"],
  [Infinity, "+Inf"],
  [-Infinity, "-Inf"],
];

describeEach("numbers have Go's text", (write) => {
  for (const [value, want] of table) expect(write(value)).toBe(want);
});

test("kernel and twin agree on every power of two and its neighbours", () => {
  const view = new DataView(new ArrayBuffer(8));
  for (let exponent = -1074; exponent < 1024; exponent++) {
    view.setFloat64(0, 2 ** exponent);
    const bits = view.getBigUint64(0);
    for (const step of [-1n, 0n, 1n]) {
      view.setBigUint64(0, bits + step);
      const value = view.getFloat64(0);
      expect(byKernel(value)).toBe(byTwin(value));
    }
  }
});

test("kernel and twin agree on any double, and the text reads back to the same one", () => {
  fc.assert(
    fc.property(fc.double(), fc.double({ min: -1e9, max: 1e9 }), fc.integer(), (any, middling, cents) => {
      for (const value of [any, middling, cents / 100, cents]) {
        const text = byKernel(value);
        expect(text).toBe(byTwin(value));
        if (Number.isFinite(value)) expect(Object.is(Number(text), value)).toBe(true);
      }
    }),
    { numRuns: 3000 },
  );
});

test("points are written with commas between them, steps that are absent are left out, and a full buffer is continued", () => {
  const valuesAddress = shared.reserve(8 * 8);
  const presentAddress = shared.reserve(8);
  shared.f64.set([1, 2.5, 3, NaN], valuesAddress / 8);
  shared.u8.set([1, 0, 1, 1], presentAddress);
  const write = (from: number, isFirst: number, room: number): string => {
    const end = kernels.writeJsonPoints(-1500, 500, from, 4, isFirst, valuesAddress, presentAddress, outAddress, outAddress + room);
    return Buffer.from(shared.u8.slice(outAddress, end)).toString("latin1");
  };
  expect(write(0, 1, 4096)).toBe('[-1.500,"1"],[-0.500,"3"],[0,"NaN"]');
  expect(kernels.pointsReached()).toBe(4);
  expect(write(0, 1, 64)).toBe('[-1.500,"1"]');
  expect(kernels.pointsReached()).toBe(2);
  expect(write(2, 0, 4096)).toBe(',[-0.500,"3"],[0,"NaN"]');
});

function describeEach(name: string, check: (write: (value: number) => string) => void): void {
  test.each(writers)(`${name} (%s)`, (_writer, write) => check(write));
}
