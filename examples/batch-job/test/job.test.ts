import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { Pushgateway, Registry } from "@ferula/client";
import { pushRun, work } from "../src/job.ts";

const closing: (() => void)[] = [];

afterEach(() => {
  for (const close of closing.splice(0)) close();
});

const noPause = async (): Promise<void> => undefined;

test("the fourth of every six runs fails half way", async () => {
  const runs = [];
  for (let i = 0; i < 12; i++)
    runs.push(
      await work(
        i,
        () => 0.5,
        noPause,
        () => 1000,
      ),
    );
  expect(runs.map(({ failed }) => failed)).toEqual([false, false, false, true, false, false, false, false, false, true, false, false]);
  expect(runs[0]).toEqual({ startedMs: 1000, endedMs: 1000, records: 150, failed: false });
  expect(runs[3].records).toBe(75);
});

test("a run pushes what it did; only one that went well moves the time of the last success", async () => {
  const pushed: { readonly method: string; readonly url: string; readonly body: string }[] = [];
  const server = createServer((req, res) => {
    let body = "";
    req
      .on("data", (chunk) => (body += chunk))
      .on("end", () => {
        pushed.push({ method: req.method ?? "", url: req.url ?? "", body });
        res.end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const registry = new Registry();
  const gateway = new Pushgateway(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {}, registry);
  const run = { startedMs: 10_000, endedMs: 12_500, records: 7, failed: false };
  await pushRun(run, gateway, registry);
  await pushRun({ ...run, failed: true }, gateway, registry);
  expect(pushed).toMatchObject([
    { method: "POST", url: "/metrics/job/settle-invoices" },
    { method: "POST", url: "/metrics/job/settle-invoices" },
  ]);
  expect(pushed[0].body).toContain("batch_duration_seconds 2.5\n");
  expect(pushed[0].body).toContain("batch_records_processed 7\n");
  expect(pushed[0].body).toContain("batch_last_success_timestamp_seconds 12.5\n");
  expect(pushed[0].body).not.toContain("failure");
  expect(pushed[1].body).toContain("batch_last_failure_timestamp_seconds 12.5\n");
  expect(pushed[1].body).not.toContain("success");
});
