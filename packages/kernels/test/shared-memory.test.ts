import { expect, test } from "@jest/globals";
import { attachSharedMemory, createSharedMemory, loadKernels, STATIC_DATA_BYTES } from "../src/index.ts";

test("what is reserved starts above the static data, is aligned and zeroed, and does not overlap", () => {
  const shared = createSharedMemory();
  const first = shared.reserve(5);
  const second = shared.reserve(40);
  expect(first).toBe(STATIC_DATA_BYTES);
  expect(second).toBe(STATIC_DATA_BYTES + 16);
  expect(shared.u8.subarray(first, second + 40).every((byte) => byte === 0)).toBe(true);
});

test("views follow growth, and a worker sees what was written", () => {
  const shared = createSharedMemory();
  const worker = attachSharedMemory(shared.memory);
  const address = shared.reserve(64 << 20);
  shared.f64[(address >> 3) + 1] = 42;
  worker.refresh();
  expect(worker.f64[(address >> 3) + 1]).toBe(42);
  expect(() => worker.reserve(16)).toThrow("BUG: only the thread");
});

test("more than 4 GiB is refused by name, and what was there stays usable", () => {
  const shared = createSharedMemory();
  expect(() => shared.reserve(5e9)).toThrow("cannot reserve 5000000000 bytes of shared memory");
  expect(shared.reserve(16)).toBe(STATIC_DATA_BYTES);
});

test("kernels run over the memory they are given", () => {
  const shared = createSharedMemory();
  shared.reserve(64 << 20);
  expect(loadKernels(shared).addressSpaceBytes()).toBe(shared.u8.byteLength);
});
