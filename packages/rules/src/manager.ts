import { setMaxListeners } from "node:events";
import { readFileSync } from "node:fs";
import type { Registry } from "@ferula/client";
import { fileErrorText, glob, nodeFiles } from "@ferula/files";
import { compareUtf8 } from "@ferula/model";
import type { RuleSyntax } from "./check-rules.ts";
import { createEvalSlots } from "./eval-slots.ts";
import { createRuleGroup, groupLabels, type RuleGroup } from "./group.ts";
import { createRuleMetrics, forgetGroup } from "./metrics.ts";
import type { GroupDeps } from "./ports.ts";
import { defaultRuleSyntax, readRuleFile, type RuleFile } from "./rule-file.ts";

/** A rule file that was read. */
export interface LoadedRuleFile extends RuleFile {
  readonly file: string;
}

/**
 * Reads the files that `patterns` name; a pattern that names none is fine, as it is upstream. Throws with every mistake of every file, and
 * reads nothing into force: a reload with a bad file changes nothing.
 */
export function loadRuleFiles(patterns: readonly string[], syntax: RuleSyntax = defaultRuleSyntax): readonly LoadedRuleFile[] {
  const problems: string[] = [];
  const files = [...new Set(patterns.flatMap(filesOf))];
  const loaded = files.flatMap((file) => {
    try {
      return [{ file, ...readRuleFile(readText(file), file, syntax) }];
    } catch (error) {
      problems.push((error as Error).message);
      return [];
    }
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return loaded;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(fileErrorText(file, error), { cause: error });
  }
}

function filesOf(pattern: string): readonly string[] {
  try {
    return glob(nodeFiles, pattern);
  } catch (error) {
    throw new Error(`error retrieving rule files for ${pattern}: ${(error as Error).message}`, { cause: error });
  }
}

/** The groups of all rule files, and the loops that evaluate them. */
export interface RuleManager {
  /** Replaces the groups. One that is as it was goes on undisturbed; one that changed goes on with its alerts. */
  readonly apply: (files: readonly LoadedRuleFile[], defaults: { readonly intervalMs: number; readonly queryOffsetMs: number }) => void;
  /** By file and name. */
  readonly groups: () => readonly RuleGroup[];
  readonly stop: () => Promise<void>;
}

export interface RuleManagerDeps extends GroupDeps {
  readonly registry: Registry;
  /**
   * How many rules of all groups may be evaluated beside those whose turn it is, where they don't need each other's series
   * (`concurrent-rule-eval`). Absent: the rules of a group are evaluated one after another.
   */
  readonly maxConcurrentEvals?: number | undefined;
}

interface Running {
  readonly group: RuleGroup;
  /** What is shown: the group before a reload for as long as it still evaluates. */
  shown: RuleGroup;
}

export function createRuleManager({ registry, maxConcurrentEvals, ...deps }: RuleManagerDeps): RuleManager {
  const metrics = createRuleMetrics(registry);
  const slots = maxConcurrentEvals === undefined ? undefined : createEvalSlots(maxConcurrentEvals);
  const running = new Map<string, Running>();
  const leaving = new Set<Promise<void>>();
  const ending = new AbortController();
  // Every query that any group waits for listens to it: many listeners are no leak.
  setMaxListeners(Infinity, ending.signal);
  let defaultQueryOffsetMs = 0;
  /** Only what runs since the start goes on with alerts from before: rules that a reload brings have none. */
  let storedState = deps.storedState;

  function start(key: string, group: RuleGroup, known: Running | undefined): void {
    const entry: Running = { group, shown: known?.shown ?? group };
    running.set(key, entry);
    void group.start(known?.group).finally(() => (entry.shown = group));
  }

  async function remove(group: RuleGroup): Promise<void> {
    await group.stop();
    if (!running.has(groupKey(group))) forgetGroup(metrics, groupLabels(group.file, group.name));
    await group.endSeries();
  }

  function onceLeft(work: Promise<void>): void {
    const left = work
      .catch((error: unknown) => deps.logger.warn("Stale sample appending for previous configuration failed", { err: error }))
      .finally(() => leaving.delete(left));
    leaving.add(left);
  }

  return {
    groups: () =>
      [...running.values()].map(({ shown }) => shown).toSorted((a, b) => compareUtf8(a.file, b.file) || compareUtf8(a.name, b.name)),
    apply(files, { intervalMs, queryOffsetMs }) {
      if (ending.signal.aborted) return;
      const wanted = new Set<string>();
      defaultQueryOffsetMs = queryOffsetMs;
      const groupDeps = { ...deps, metrics, slots, ending: ending.signal, defaultQueryOffsetMs: () => defaultQueryOffsetMs };
      for (const { file, groups } of files) {
        for (const definition of groups) {
          const key = groupKey({ file, name: definition.name });
          wanted.add(key);
          const group = createRuleGroup({ file, definition, defaultIntervalMs: intervalMs, storedState }, groupDeps);
          const known = running.get(key);
          if (known?.group.fingerprint !== group.fingerprint) start(key, group, known);
        }
      }
      for (const [key, { group }] of running) {
        if (wanted.has(key)) continue;
        running.delete(key);
        onceLeft(remove(group));
      }
      storedState = undefined;
    },
    async stop() {
      ending.abort(new Error("the rules are stopped"));
      for (const { group } of running.values()) onceLeft(group.stop());
      running.clear();
      await Promise.all(leaving);
    },
  };
}

function groupKey({ file, name }: Pick<RuleGroup, "file" | "name">): string {
  return `${file}\n${name}`;
}
