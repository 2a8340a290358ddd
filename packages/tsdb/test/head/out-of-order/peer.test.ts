import { writeFileSync } from "node:fs";
import { expect } from "@jest/globals";
import { ByteWriter } from "@ferula/bytes";
import { nodeFiles } from "@ferula/files";
import { eventually, freePort, type StartedProcess, startProcess, tempFolder } from "@ferula/test-kit";
import snappy from "snappyjs";
import { peerEnv, testWith } from "../../peer.ts";
import { append, contentOf, openLate, type Row } from "./support.ts";

const withPrometheus = testWith("prometheus");

const WINDOW_MS = 3_600_000;

/** Fifty batches of three series: one sample in order, and two before that, which some find their series too far on to be in order. */
function batches(): Row[][] {
  const nowMs = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  return Array.from({ length: 50 }, (_, k) =>
    ["a", "b", "c"].flatMap((series, i): Row[] => [
      [series, nowMs + k * 1000, k],
      [series, nowMs - 1_000_000 - ((k * 7) % 50) * 2000, k + 0.25 * i],
      [series, nowMs - 500_000 - k * 3000, -k - 1],
    ]),
  );
}

/** As `content` tells them: series, then `ms:value` by time. */
function expectedOf(rows: readonly Row[]): Record<string, string> {
  const bySeries = new Map<string, [number, string][]>();
  for (const [series, timeMs, value] of rows)
    bySeries.set(String(series), [...(bySeries.get(String(series)) ?? []), [timeMs, String(value)]]);
  return Object.fromEntries([...bySeries].map(([series, samples]) => [series, textOf(samples)]));
}

function textOf(samples: readonly (readonly [number, string])[]): string {
  return [...samples]
    .sort(([a], [b]) => a - b)
    .map(([timeMs, text]) => `${timeMs}:${text}`)
    .join(" ");
}

interface Peer {
  readonly process: StartedProcess;
  readonly url: string;
}

async function startPrometheus(dir: string): Promise<Peer> {
  const port = await freePort();
  const config = `${tempFolder()}/prometheus.yml`;
  writeFileSync(config, "storage:\n  tsdb:\n    out_of_order_time_window: 1h\n");
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${dir}`, `--web.listen-address=127.0.0.1:${port}`];
  const process = await startProcess("prometheus", [...flags, "--web.enable-remote-write-receiver"], { env: peerEnv });
  const url = `http://127.0.0.1:${port}`;
  await process.waitForPort(port);
  await eventually(async () => (await fetch(`${url}/-/ready`)).ok);
  return { process, url };
}

interface QueryAnswer {
  readonly data: { readonly result: readonly { readonly metric: { readonly n: string }; readonly values: readonly [number, string][] }[] };
}

async function ask({ url }: Peer): Promise<Record<string, string>> {
  const query = new URLSearchParams({ query: '{n=~".+"}[2h]' });
  const answer = (await (await fetch(`${url}/api/v1/query?${query}`)).json()) as QueryAnswer;
  return Object.fromEntries(
    answer.data.result.map(({ metric, values }) => [
      metric.n,
      textOf(values.map(([seconds, value]) => [Math.round(seconds * 1000), value])),
    ]),
  );
}

/** A field of bytes of a protobuf message. */
function field(writer: ByteWriter, number: number, bytes: Uint8Array): void {
  writer.uvarint(number * 8 + 2);
  writer.uvarint(bytes.length);
  writer.bytes(bytes);
}

function message(fill: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  fill(writer);
  return writer.view().slice();
}

/** Remote write 1.0: a series and a sample for each row. */
function writeRequest(rows: readonly Row[]): Uint8Array {
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  return message((request) => {
    for (const [series, timeMs, value] of rows) {
      const label = message((writer) => {
        field(writer, 1, text("n"));
        field(writer, 2, text(String(series)));
      });
      const sample = message((writer) => {
        writer.uvarint(1 * 8 + 1);
        const double = new DataView(new ArrayBuffer(8));
        double.setFloat64(0, value as number, true);
        writer.bytes(new Uint8Array(double.buffer));
        writer.uvarint(2 * 8);
        writer.uvarint(timeMs);
      });
      field(
        request,
        1,
        message((writer) => {
          field(writer, 1, label);
          field(writer, 2, sample);
        }),
      );
    }
  });
}

async function send({ url }: Peer, rows: readonly Row[]): Promise<void> {
  const headers = { "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf", "X-Prometheus-Remote-Write-Version": "0.1.0" };
  const answer = await fetch(`${url}/api/v1/write`, { method: "POST", headers, body: snappy.compress(writeRequest(rows)) });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
}

withPrometheus.each([
  { isKilled: false, why: "closed" },
  { isKilled: true, why: "killed" },
])(
  "what we took out of order Prometheus reads when we were $why, and we again after it (skipped where it is not on PATH)",
  async ({ isKilled }) => {
    const folder = tempFolder();
    const ours = await openLate(nodeFiles, { folder, windowMs: WINDOW_MS });
    const sent = batches();
    for (const rows of sent) append(ours.head, rows);
    expect(ours.head.counters.floats.late).toBeGreaterThan(250);
    expect(ours.head.counters.chunksWritten).toBeGreaterThan(0);
    if (!isKilled) await ours.close();
    const peer = await startPrometheus(folder);
    expect(await ask(peer)).toEqual(expectedOf(sent.flat()));
    await peer.process.kill();
    const { head } = await openLate(nodeFiles, { folder, windowMs: WINDOW_MS });
    expect(plain(head)).toEqual(expectedOf(sent.flat()));
  },
);

withPrometheus.each(["SIGTERM", "SIGKILL"] as const)(
  "what Prometheus took out of order we read when it ended by %s (skipped where it is not on PATH)",
  async (signal) => {
    const folder = tempFolder();
    const peer = await startPrometheus(folder);
    const sent = batches();
    for (const rows of sent) await send(peer, rows);
    const want = expectedOf(sent.flat());
    expect(await ask(peer)).toEqual(want);
    await peer.process.kill(signal);
    const { head, wbl } = await openLate(nodeFiles, { folder, windowMs: WINDOW_MS });
    expect(wbl?.samples).toBeGreaterThan(250);
    expect(plain(head)).toEqual(want);
  },
);

function plain(head: Parameters<typeof contentOf>[0]): Record<string, string> {
  return Object.fromEntries([...contentOf(head, nodeFiles)].map(([series, samples]) => [series, textOf([...samples])]));
}
