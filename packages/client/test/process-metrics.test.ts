import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { registerProcessMetrics } from "../src/process-metrics.ts";
import { Registry } from "../src/index.ts";

test("official clients' process metrics are there with their types and helps", async () => {
  const registry = new Registry();
  registerProcessMetrics({ prefix: "", labels: {}, registers: [registry], gcDurationBuckets: [], eventLoopMonitoringPrecision: 10 });
  const text = await registry.metrics();
  const heads = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)$/gm)].map(([, name, help, type]) => [name, type, help]);
  const want = [
    ["process_cpu_seconds_total", "counter", "Total user and system CPU time spent in seconds."],
    ["process_start_time_seconds", "gauge", "Start time of the process since unix epoch in seconds."],
    ["process_resident_memory_bytes", "gauge", "Resident memory size in bytes."],
  ];
  const onlyOnLinux = [
    ["process_open_fds", "gauge", "Number of open file descriptors."],
    ["process_max_fds", "gauge", "Maximum number of open file descriptors."],
    ["process_virtual_memory_bytes", "gauge", "Virtual memory size in bytes."],
    ["process_virtual_memory_max_bytes", "gauge", "Maximum amount of virtual memory available in bytes."],
    ["process_network_receive_bytes_total", "counter", "Number of bytes received by the process over the network."],
    ["process_network_transmit_bytes_total", "counter", "Number of bytes sent by the process over the network."],
  ];
  expect(heads).toEqual(expect.arrayContaining(process.platform === "linux" ? [...want, ...onlyOnLinux] : want));
});

test("the kernel's octets are told as they are", async () => {
  if (process.platform !== "linux") return;
  /** What the kernel counts, now: `InOctets` and `OutOctets` are the 7th and 8th of the line. */
  const octets = (): number[] => {
    const lines = readFileSync("/proc/self/net/netstat", "utf8").split("\n");
    const values = lines.filter((line) => line.startsWith("IpExt:"))[1].split(" ");
    return [Number(values[7]), Number(values[8])];
  };
  const registry = new Registry();
  registerProcessMetrics({ prefix: "", labels: {}, registers: [registry], gcDurationBuckets: [], eventLoopMonitoringPrecision: 10 });
  const [receivedBefore, sentBefore] = octets();
  const text = await registry.metrics();
  const [receivedAfter, sentAfter] = octets();
  const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  const [received, sent] = [value("process_network_receive_bytes_total"), value("process_network_transmit_bytes_total")];
  expect([received >= receivedBefore, received <= receivedAfter, sent >= sentBefore, sent <= sentAfter]).toEqual([true, true, true, true]);
});
