import { existsSync } from "node:fs";
import { join } from "node:path";
import { styleText } from "node:util";
import { root } from "./paths.ts";

/** One check of a suite. It fails by throwing, and skips by `skip`. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** A suite: what holds the build against one thing of upstream's. */
export interface Suite {
  readonly name: string;
  readonly about: string;
  readonly checks: (args: readonly string[]) => Promise<readonly Check[]> | readonly Check[];
}

class Skipped extends Error {}

/** Ends a check that can't be made here, and says why. */
export function skip(reason: string): never {
  throw new Skipped(reason);
}

/** The path of a peer's program. Skips the check where there is none; our own binaries, some of which have its name, are passed over. */
export function peer(program: string): string {
  const folders = (process.env["PATH"] ?? "").split(":").filter((folder) => folder !== join(root, "node_modules", ".bin"));
  const path = folders.map((folder) => join(folder, program)).find((candidate) => existsSync(candidate));
  return path ?? skip(`${program} is not on PATH`);
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs the checks of a suite one after another and prints a line for each. */
export async function runSuite(suite: Suite, args: readonly string[], tally: Tally): Promise<void> {
  print(`\n${styleText("bold", suite.name)} – ${suite.about}`);
  for (const { name, run } of await suite.checks(args)) {
    try {
      await run();
      tally.passed++;
      print(`  ${styleText("green", "✓")} ${name}`);
    } catch (error) {
      if (error instanceof Skipped) {
        tally.skipped++;
        print(`  ${styleText("yellow", "-")} ${name}: skipped, ${error.message}`);
      } else {
        tally.failed++;
        print(`  ${styleText("red", "✗")} ${name}\n${indent(error instanceof Error ? (error.stack ?? error.message) : String(error))}`);
      }
    }
  }
}

/** Throws unless the condition holds. */
export function expect(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Throws unless both are the same as JSON. */
export function expectEqual(actual: unknown, wanted: unknown, what: string): void {
  const [got, want] = [JSON.stringify(actual), JSON.stringify(wanted)];
  if (got !== want) throw new Error(`${what}: got ${got}, want ${want}`);
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "      ");
}
