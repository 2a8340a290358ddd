import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { parseScript, runScript } from "../src/index.ts";

const folder = fileURLToPath(new URL("../scripts", import.meta.url));

test.each(readdirSync(folder))("scripts/%s passes", async (name) => {
  const outcomes = await runScript(parseScript(readFileSync(join(folder, name), "utf8")));
  expect(outcomes.length).toBeGreaterThan(0);
  const failed = outcomes.flatMap(({ command, problem }) =>
    problem === undefined ? [] : [`${name}:${command.line}: ${command.expr}: ${problem}`],
  );
  expect(failed).toEqual([]);
});
