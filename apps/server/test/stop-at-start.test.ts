import { expect, test } from "@jest/globals";
import { parseFlags } from "@ferula/flags";
import { createLogger } from "@ferula/logging";
import { defaultParseOptions } from "@ferula/query-api";
import { loadConfig } from "../src/load-config.ts";
import { flagsDefinition } from "../src/flags/flags.ts";
import { startServer } from "../src/server.ts";
import { readSettings } from "../src/settings.ts";
import { configFolder } from "./prometheus.ts";

/** Starts a server that is told to stop at its first line with `text`, and returns its lines. */
async function startAndStop(folder: string, file: string, text: string): Promise<readonly string[]> {
  const flags = parseFlags(flagsDefinition, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${folder}/data`,
    "--web.listen-address=127.0.0.1:0",
  ]);
  if (flags.kind === "exit") throw new Error(flags.stderr);
  const told = new AbortController();
  const lines: string[] = [];
  const logger = createLogger({
    write(line) {
      lines.push(line);
      if (line.includes(text)) told.abort(new Error("received SIGTERM"));
    },
  });
  logger.info("begin");
  const loaded = loadConfig(file, defaultParseOptions, { extraMetrics: false, protobufFirst: false });
  const options = { settings: readSettings(flags), syntax: defaultParseOptions, loaded, logger, quit: () => undefined };
  expect(await startServer({ ...options, stop: told.signal })).toBeUndefined();
  return lines;
}

test.each(["begin", "Listening on"])("told to stop at '%s', a server ends before it is ready, and lets go of its data", async (text) => {
  const { folder, file } = configFolder("");
  for (let again = 0; again < 2; again++) {
    const lines = (await startAndStop(folder, file, text)).join("");
    expect(lines).toContain("Listening on");
    expect(lines).not.toContain("Server is ready");
    expect(lines).not.toContain("level=ERROR");
  }
});
