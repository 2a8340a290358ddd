import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { services } from "../src/services.ts";
import { formatTable } from "../src/table.ts";

const root = join(import.meta.dirname, "../../..");
const ports = services.flatMap((service) => service.ports);

test("every program is there, and every port and flag is one service's", () => {
  for (const { program } of services) expect([program, existsSync(join(root, program))]).toEqual([program, true]);
  expect(new Set(ports.map(({ port }) => port)).size).toBe(ports.length);
  expect(new Set(ports.map(({ flag }) => flag)).size).toBe(ports.length);
});

test("configuration files name addresses of the stack only", () => {
  const folder = join(import.meta.dirname, "../config");
  const named = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((port) => !ports.some((one) => one.port === port))).toEqual([]);
});

test("arguments name only addresses that there are, on loopback", () => {
  for (const { args } of services) {
    const asked: string[] = [];
    const given = args(
      (flag) => {
        asked.push(flag);
        return "127.0.0.1:1";
      },
      "/config",
      "/data",
    );
    expect(asked.filter((flag) => !ports.some((port) => port.flag === flag))).toEqual([]);
    for (const arg of given.filter((text) => text.includes("listen-address=1"))) expect(arg).toMatch(/=127\.0\.0\.1:1$/);
  }
});

test("a table has columns that are as wide as their widest cell, and no blanks at the end", () => {
  expect(
    formatTable([
      ["a", "long", ""],
      ["bcd", "e", "f"],
    ]),
  ).toBe("  a     long\n  bcd   e      f");
  expect(formatTable([])).toBe("");
});

describe("docker-compose's configuration is the demo's, but for addresses", () => {
  const withoutAddresses = (text: string): string =>
    text
      .replaceAll(/^#.*$/gm, "")
      .replace(/installation: .*/, "")
      .replaceAll(/(?:127\.0\.0\.1|[a-z-]+):(?=\d{4})|(?<=replacement: ).*/g, "HOST:");

  test.each(["alertmanager.yml", "prometheus.yml", "examples.json"])("%s", (name) => {
    const [demo, compose] = ["examples/demo/config", "deploy/config"].map((folder) => readFileSync(join(root, folder, name), "utf8"));
    expect(compose).not.toContain("127.0.0.1");
    expect(withoutAddresses(compose)).toBe(withoutAddresses(demo));
  });
});
