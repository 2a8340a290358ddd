import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { tempFolder } from "@ferula/test-kit";
import { isConfigError, loadConfig } from "../../src/config/load-config.ts";

const folder = tempFolder();

test.each([
  { why: "is not there", text: undefined, message: "error reading config file: ENOENT" },
  { why: "names no prober", text: "modules:\n  m: {}\n", message: "prober '' is not valid" },
  { why: "has a mistake", text: "modules:\n  m:\n    prober: http\n    htp: {}\n", message: "m.yml:4:5: modules.m.htp" },
  {
    why: "wants HTTP/3 by its version alone",
    text: "modules: {m: {prober: http, http: {valid_http_versions: [HTTP/3.0]}}}",
    message: "HTTP/3 cannot be used as a valid HTTP version when enable_http3 is false",
  },
  {
    why: "unpacks what it does not ask for",
    text: "modules: {m: {prober: http, http: {compression: gzip, headers: {accept-encoding: br}}}}",
    message: 'invalid configuration "accept-encoding: br", "compression: gzip"',
  },
])("a file that $why is refused", ({ text, message }) => {
  const file = join(folder, "m.yml");
  if (text !== undefined) writeFileSync(file, text);
  let refusal: unknown;
  try {
    loadConfig(text === undefined ? join(folder, "none") : file);
  } catch (error) {
    refusal = error;
  }
  expect(isConfigError(refusal)).toBe(true);
  expect((refusal as Error).message).toContain(message);
});

test("a file without mistakes is read", () => {
  const file = join(folder, "good.yml");
  writeFileSync(file, "modules: {m: {prober: http, http: {compression: GZIP}}}");
  expect(loadConfig(file).modules.get("m")?.prober).toBe("http");
});
