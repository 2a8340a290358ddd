import { AsyncLocalStorage } from "node:async_hooks";
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
  /** How many of its checks run at the same time. Default 1: more where a check mostly waits and shares nothing with the others. */
  readonly atOnce?: number;
  /** Set where times are checked: it runs when no other suite does. */
  readonly alone?: boolean;
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

/** What is shorter is not worth a line's end. */
const TOLD_FROM_MS = 1000;

/** What the running check has printed; it appears once the checks before it are through. */
const printed: AsyncLocalStorage<string[]> = new AsyncLocalStorage();

/** Runs the checks of a suite, and prints a line for each in the order in which they are listed, with the time of those that took long. */
export async function runSuite(suite: Suite, args: readonly string[], tally: Tally): Promise<void> {
  print(`\n${styleText("bold", suite.name)} – ${suite.about}`);
  const startedMs = performance.now();
  const checks = await suite.checks(args);
  const linesOf: string[][] = [];
  let told = 0;
  await inLanes(suite.atOnce ?? 1, checks, async (check, i) => {
    linesOf[i] = await runCheck(check, tally);
    for (; linesOf[told] !== undefined; told++) linesOf[told].forEach(print);
  });
  print(`  ${suite.name}: ${seconds(performance.now() - startedMs)}`);
}

/** Does the work on all items, in their order, `lanes` of them at a time. */
export async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T, i: number) => Promise<void>): Promise<void> {
  // The lanes take from one iterator, so that each item is taken once.
  const left = items.entries();
  const lane = async (): Promise<void> => {
    for (const [i, item] of left) await work(item, i);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Resolves with the lines that are to be printed of it. */
async function runCheck({ name, run }: Check, tally: Tally): Promise<string[]> {
  const lines: string[] = [];
  const startedMs = performance.now();
  const verdict = (mark: string, text: string): void => {
    const tookMs = performance.now() - startedMs;
    lines.push(`  ${mark} ${text}${tookMs < TOLD_FROM_MS ? "" : styleText("dim", ` (${seconds(tookMs)})`)}`);
  };
  try {
    await printed.run(lines, async () => run());
    tally.passed++;
    verdict(styleText("green", "✓"), name);
  } catch (error) {
    if (error instanceof Skipped) {
      tally.skipped++;
      verdict(styleText("yellow", "-"), `${name}: skipped, ${error.message}`);
    } else {
      tally.failed++;
      verdict(styleText("red", "✗"), name);
      lines.push(indent(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    }
  }
  return lines;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
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

/** Prints a line: of a check, together with what else it prints. */
export function print(line: string): void {
  const lines = printed.getStore();
  if (lines === undefined) process.stdout.write(`${line}\n`);
  else lines.push(line);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, "      ");
}

/** What `--name value` or `--name=value` says among a suite's arguments. */
export function option(args: readonly string[], name: string): string | undefined {
  return new RegExp(`(?:^| )--${name}[= ](\\S+)`).exec(args.join(" "))?.[1];
}
