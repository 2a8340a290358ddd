import { expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { createHttpMetrics } from "../../../src/probers/http/metrics.ts";
import { addPhases, type Trace } from "../../../src/probers/http/trace.ts";

const plain: Trace = { isTls: false, startMs: 0, resolvedMs: 1000, connectedMs: 3000, respondedMs: 6000, endMs: 10_000 };
const secure: Trace = { isTls: true, startMs: 0, resolvedMs: 1000, connectedMs: 3000, securedMs: 4000, respondedMs: 6000, endMs: 10_000 };

test.each([
  { why: "plain", traces: [plain], want: { connect: 2, processing: 3, transfer: 4 } },
  { why: "secure", traces: [secure], want: { connect: 2, tls: 1, processing: 2, transfer: 4 } },
  { why: "a redirect", traces: [{ ...plain, endMs: undefined }, plain], want: { resolve: 1, connect: 4, processing: 6, transfer: 4 } },
  { why: "no answer", traces: [{ ...plain, respondedMs: undefined, endMs: undefined }], want: { connect: 2 } },
  {
    why: "no connection",
    traces: [plain, { isTls: false, startMs: 0, resolvedMs: 5000 }],
    want: { resolve: 5, connect: 2, processing: 3, transfer: 4 },
  },
  { why: "a failed handshake", traces: [{ ...secure, securedMs: undefined, respondedMs: undefined, endMs: undefined }], want: {} },
])("$why", async ({ traces, want }) => {
  const registry = new Registry();
  addPhases(traces as readonly Trace[], createHttpMetrics(registry).phases);
  const text = await registry.getSingleMetricAsString("probe_http_duration_seconds");
  const seconds = Object.fromEntries([...text.matchAll(/phase="(\w+)"\} (\S+)/g)].map(([, phase, value]) => [phase, Number(value)]));
  expect(seconds).toEqual(want);
});
