import { expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { labelsOf, stableHash } from "@ferula/model";
import { openNotificationLog, type Integration, type NotificationEntry, type NotificationLog } from "../../src/log/notification-log.ts";

const HOUR = 3_600_000;
const WEBHOOK: Integration = { receiver: "te.am", kind: "webhook", index: 0 };
const GROUP = '{}:{alertname="A"}';
let now = 0;

function emptyDisk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder("/data");
  files.syncFolder("/");
  return files;
}

const open = (files: FaultyFiles): NotificationLog =>
  openNotificationLog({ files, path: "/data/nflog", retentionMs: 120 * HOUR, nowMs: () => now });
const entry = (timestampMs: number, change: Partial<NotificationEntry> = {}): NotificationEntry => ({
  groupKey: GROUP,
  integration: WEBHOOK,
  timestampMs,
  firing: new Set(["18446744073709551615", "1"]),
  resolved: new Set(["9223372036854775809"]),
  ...change,
});

test("an entry is on disk when it is acknowledged, with all 64 bits of its hashes, before and after a snapshot", async () => {
  const files = emptyDisk();
  const log = open(files);
  await log.record(entry(1000), HOUR);
  files.powerCut();
  const again = open(files);
  expect(again.find(GROUP, WEBHOOK)).toEqual(entry(1000));
  now = 1000;
  again.maintain();
  files.powerCut();
  expect(open(files).find(GROUP, WEBHOOK)).toEqual(entry(1000));
});

test("group, receiver, kind and index make the key", async () => {
  const log = open(emptyDisk());
  await log.record(entry(1000), HOUR);
  for (const other of [{ receiver: "x" }, { kind: "email" }, { index: 1 }])
    expect(log.find(GROUP, { ...WEBHOOK, ...other })).toBeUndefined();
  expect(log.find("{}", WEBHOOK)).toBeUndefined();
});

test("the newest entry counts, also after a restart; one from before it is not taken", async () => {
  const files = emptyDisk();
  const log = open(files);
  await log.record(entry(2000), HOUR);
  await log.record(entry(1000, { firing: new Set() }), HOUR);
  expect(log.find(GROUP, WEBHOOK)?.timestampMs).toBe(2000);
  await log.record(entry(3000, { firing: new Set(["5"]) }), HOUR);
  expect([...(open(files).find(GROUP, WEBHOOK)?.firing ?? [])]).toEqual(["5"]);
});

test.each([
  ["the time it is kept for", HOUR, HOUR],
  ["the retention, when that is shorter", 500 * HOUR, 120 * HOUR],
])("an entry is forgotten after %s", async (_what, keepMs, livesMs) => {
  const log = open(emptyDisk());
  now = 0;
  await log.record(entry(0), keepMs);
  now = livesMs - 1;
  log.maintain();
  expect(log.find(GROUP, WEBHOOK)).toBeDefined();
  now = livesMs;
  log.maintain();
  expect(log.find(GROUP, WEBHOOK)).toBeUndefined();
});

// Written by Debian's Alertmanager 0.25, whose group had one firing and one resolved alert.
test("a snapshot of upstream's is read, and written back in the same form", () => {
  const files = emptyDisk();
  const bytes = Buffer.from(
    "WwpLChJ7fTp7YWxlcnRuYW1lPSJBIn0SEAoFdGUuYW0SB3dlYmhvb2sqDAii8oTYBhDp9ZjUATIK3ori1OjmhffnAToJ3JPo3v7Nh5UUEgwIotOG2AYQ6fWY1AE=",
    "base64",
  );
  files.writeFileAtomic("/data/nflog", bytes);
  const log = open(files);
  expect(log.find(GROUP, WEBHOOK)).toMatchObject({ timestampMs: Date.parse("2026-11-21T06:24:34.445Z") });
  expect([...(log.find(GROUP, WEBHOOK)?.firing ?? [])]).toEqual([String(stableHash(labelsOf({ alertname: "A", service: "x" })))]);
  log.maintain();
  const again = Buffer.from(files.readFile("/data/nflog"));
  // Nanoseconds are cut to milliseconds.
  expect(again.length).toBe(bytes.length);
  expect(again.subarray(0, 44)).toEqual(bytes.subarray(0, 44));
});
