import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createSharedMemory } from "@ferula/kernels";
import { Xor2Appender } from "../src/floats/xor2-appender.ts";
import { slabAddress, SlabAllocator, Xor2Encoder } from "../src/index.ts";
import { hexOf } from "./golden-data.ts";

const STALE = [0x00000002, 0x7ff00000] as const;

const anySample = fc.record({
  slot: fc.nat(3),
  gapMs: fc.oneof(fc.constant(15_000), fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 1, max: 2 ** 40 })),
  bits: fc.oneof(
    fc.constant(STALE),
    fc.constantFrom([0, 0x3ff00000] as const, [0, 0x40000000] as const),
    fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff)),
  ),
  startMs: fc.oneof(fc.constantFrom(0, 7), fc.integer({ min: 1, max: 2 ** 40 })),
});

test("chunks in slabs, side by side, are those of the appender", () => {
  // More samples of four slots than the header can name a first change of start timestamps at.
  fc.assert(
    fc.property(fc.array(anySample, { minLength: 1, maxLength: 160 }), fc.boolean(), (samples, isOneSlot) => {
      const shared = createSharedMemory();
      const encoder = new Xor2Encoder(shared, new SlabAllocator(shared));
      encoder.ensureSlots(20);
      const appenders = new Map<number, Xor2Appender>();
      const last = new Map<number, { timestampMs: number; low: number; high: number }>();
      samples.forEach(({ slot: anySlot, gapMs, bits: [low, high], startMs }) => {
        const slot = isOneSlot ? 17 : 16 + anySlot;
        const before = last.get(slot) ?? { timestampMs: -5, low: 0, high: 0 };
        const timestampMs = before.timestampMs + gapMs;
        const rows = {
          timestampsMs: Float64Array.of(timestampMs),
          valueBits: Uint32Array.of(low, high),
          startTimestampsMs: Float64Array.of(startMs),
        };
        if (encoder.slabs[slot] === 0) encoder.start(slot);
        encoder.bind({
          ...rows,
          previousTimestampsMs: Float64Array.of(before.timestampMs),
          previousBits: Uint32Array.of(before.low, before.high),
        });
        encoder.push(slot, 0);
        last.set(slot, { timestampMs, low, high });
        const appender = appenders.get(slot) ?? new Xor2Appender();
        appenders.set(slot, appender);
        if (encoder.byteLength(slot) < 2000) appender.append(rows, 0);
      });
      for (const [slot, appender] of appenders) {
        if (encoder.byteLength(slot) >= 2000) continue;
        const sizeBytes = encoder.byteLength(slot);
        const slab = encoder.finish(slot);
        const start = slabAddress(slab);
        expect(hexOf(shared.u8.slice(start, start + sizeBytes))).toBe(hexOf(appender.bytes()));
        expect(encoder.slabs[slot]).toBe(0);
      }
    }),
    { numRuns: 60 },
  );
});

test("a slot starts anew after its chunk was finished", () => {
  const shared = createSharedMemory();
  const encoder = new Xor2Encoder(shared, new SlabAllocator(shared));
  const rows = {
    timestampsMs: Float64Array.of(1000, 2000),
    valueBits: Uint32Array.of(1, 2, 3, 4),
    previousTimestampsMs: Float64Array.of(0, 1000),
    previousBits: Uint32Array.of(0, 0, 1, 2),
    startTimestampsMs: Float64Array.of(5, 900),
  };
  const written = [0, 1].map(() => {
    encoder.bind(rows);
    encoder.start(0);
    encoder.push(0, 0);
    encoder.push(0, 1);
    const sizeBytes = encoder.byteLength(0);
    const slab = encoder.finish(0);
    expect(encoder.firstTimestampMs(slab)).toBe(1000);
    return hexOf(shared.u8.slice(slabAddress(slab), slabAddress(slab) + sizeBytes));
  });
  expect(written[1]).toBe(written[0]);
});
