import { expect, test } from "@jest/globals";
import { readBlackboxConfig } from "../src/config/blackbox-config.ts";
import { probeTimeoutMs } from "../src/probe.ts";

test.each([
  { why: "no header allows two minutes", header: undefined, timeout: "0s", want: 119_500 },
  { why: "an empty header is none", header: "", timeout: "0s", want: 119_500 },
  { why: "the header is cut by the offset", header: "10", timeout: "0s", want: 9500 },
  { why: "the module's timeout is shorter", header: "10", timeout: "2s", want: 2000 },
  { why: "the module's timeout is longer", header: "10", timeout: "1m", want: 9500 },
  { why: "less than the offset leaves nothing", header: "0.2", timeout: "0s", want: 0 },
  { why: "NaN leaves nothing", header: "NaN", timeout: "0s", want: 0 },
  { why: "Inf is as long as a timer can be", header: "Inf", timeout: "0s", want: 2 ** 31 - 1 },
])("$why", ({ header, timeout, want }) => {
  const module = readBlackboxConfig(`modules: {m: {prober: tcp, timeout: ${timeout}}}`, "b.yml").config.modules.get("m");
  if (module === undefined) throw new Error("no module");
  expect(probeTimeoutMs(module, header, 0.5)).toBe(want);
});

test("a header that is no number is refused", () => {
  const module = readBlackboxConfig("modules: {m: {prober: tcp}}", "b.yml").config.modules.get("m");
  if (module === undefined) throw new Error("no module");
  expect(() => probeTimeoutMs(module, "ten", 0.5)).toThrow('strconv.ParseFloat: parsing "ten": invalid syntax');
});
