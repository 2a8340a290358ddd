import { createSampleColumns, labelsOf } from "@ferula/model";
import { encodeWriteRequest, packSnappy } from "@ferula/wire";
import { expect } from "../../harness.ts";

/** What a server is started with to take `sendLate`'s samples. */
export const LATE_CONFIG = "storage: {tsdb: {out_of_order_time_window: 10m}}\n";
export const LATE_FLAGS: readonly string[] = ["--web.enable-remote-write-receiver"];

const SERIES = 12;
const REQUESTS = 400;
const STEP_MS = 500;

/** Writes samples by remote write, of which two in three come late: the times of the last minutes, shuffled. */
export async function sendLate(url: string): Promise<void> {
  const nowMs = Date.now();
  const times = Array.from({ length: REQUESTS }, (_, i) => nowMs - ((i * 137) % REQUESTS) * STEP_MS);
  for (const timestampMs of times) {
    const series = Array.from({ length: SERIES }, (_, i) => {
      const samples = createSampleColumns(1);
      samples.length = 1;
      samples.timestampsMs[0] = timestampMs + i;
      samples.values[0] = Math.sin(timestampMs) * (i + 1);
      return { labels: labelsOf({ __name__: "late", i: String(i) }), samples };
    });
    const response = await fetch(`${url}/api/v1/write`, {
      method: "POST",
      headers: {
        "Content-Type": "application/x-protobuf",
        "Content-Encoding": "snappy",
        "X-Prometheus-Remote-Write-Version": "0.1.0",
      },
      body: Buffer.from(packSnappy(encodeWriteRequest(series))),
    });
    expect(response.status === 204, `remote write: ${response.status} ${await response.text()}`);
  }
}
