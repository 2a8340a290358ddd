import { readFileSync } from "node:fs";
import type { Registry } from "@ferula/client";
import { glob, nodeFiles } from "@ferula/files";
import { compareUtf8 } from "@ferula/model";
import { createRuleGroup, groupLabels, type RuleGroup } from "./group.ts";
import { createRuleMetrics, forgetGroup } from "./metrics.ts";
import type { GroupDeps } from "./ports.ts";
import { defaultRuleSyntax, readRuleFile, type RuleFile } from "./rule-file.ts";
import type { RuleSyntax } from "./rule-shape.ts";

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
      return [{ file, ...readRuleFile(readFileSync(file, "utf8"), file, syntax) }];
    } catch (error) {
      problems.push((error as Error).message);
      return [];
    }
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return loaded;
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
}

export function createRuleManager(deps: RuleManagerDeps): RuleManager {
  const metrics = createRuleMetrics(deps.registry);
  const running = new Map<string, { readonly group: RuleGroup; readonly fingerprint: string }>();
  const ending = new Set<Promise<void>>();
  /** Only what runs since the start goes on with alerts from before: rules that a reload brings have none. */
  let storedState = deps.storedState;

  function end(group: RuleGroup, markStale: boolean): void {
    const ended = group.stop(markStale).finally(() => {
      ending.delete(ended);
      if (!running.has(groupKey(group))) forgetGroup(metrics, groupLabels(group.file, group.name));
    });
    ending.add(ended);
  }

  return {
    groups: () =>
      [...running.values()].map(({ group }) => group).toSorted((a, b) => compareUtf8(a.file, b.file) || compareUtf8(a.name, b.name)),
    apply(files, { intervalMs, queryOffsetMs }) {
      const wanted = new Set<string>();
      for (const { file, groups } of files) {
        for (const definition of groups) {
          const key = groupKey({ file, name: definition.name });
          wanted.add(key);
          const fingerprint = JSON.stringify([definition, intervalMs, queryOffsetMs], (_key, value: unknown) =>
            isMap(value) ? [...value] : value,
          );
          const known = running.get(key);
          if (known?.fingerprint === fingerprint) continue;
          const group = createRuleGroup(
            { file, definition, defaultIntervalMs: intervalMs, defaultQueryOffsetMs: queryOffsetMs, storedState },
            { ...deps, metrics },
          );
          running.set(key, { group, fingerprint });
          group.start(known?.group);
        }
      }
      for (const [key, { group }] of running) {
        if (wanted.has(key)) continue;
        running.delete(key);
        end(group, true);
      }
      storedState = undefined;
    },
    async stop() {
      for (const { group } of running.values()) end(group, false);
      running.clear();
      await Promise.all(ending);
    },
  };
}

function groupKey({ file, name }: Pick<RuleGroup, "file" | "name">): string {
  return `${file}\n${name}`;
}

function isMap(value: unknown): value is ReadonlyMap<unknown, unknown> {
  return Object.prototype.toString.call(value) === "[object Map]";
}
