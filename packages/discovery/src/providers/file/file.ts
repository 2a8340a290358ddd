import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import {
  described,
  durationField,
  fieldSchema,
  formatConfigErrors,
  listField,
  mappingField,
  pathField,
  readField,
  withCheck,
  type ConfigOf,
  type Field,
  type JsonSchema,
} from "@ferula/config";
import { glob, nodeFiles } from "@ferula/files";
import { sleep } from "@ferula/lifecycle";
import type { Discoverer, DiscovererDeps, Emit, Provider } from "../../provider.ts";
import { emptyGroup, type TargetGroup } from "../../target-group.ts";
import { targetListField, toTargetGroup } from "../static.ts";
import { fileMetrics } from "./file-metrics.ts";
import { watchFolders } from "./folder-watch.ts";

const DEFAULT_REFRESH_MS = 300_000;

/** An editor writes a file in several steps: the news are read so long after the first of them. */
const SETTLE_MS = 100;

const fileShape = {
  files: described(listField(pathField()), "Paths of JSON or YAML files; the last part may hold a `*`."),
  refresh_interval: described(durationField(DEFAULT_REFRESH_MS), "How often they are read again, in case a change went unnoticed."),
} as const;
type FileConfig = ConfigOf<typeof fileShape>;

/** Only the last part of a path may hold a `*`, and only names that say their format are read. */
const PATTERN = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;

const fileField: Field<FileConfig> = withCheck(mappingField(fileShape), ({ files, refresh_interval: refreshMs }, report) => {
  if (refreshMs === 0) report("refresh_interval", "must be greater than 0");
  if (files.length === 0) report("files", "file service discovery config must contain at least one path name");
  for (const file of files) if (!PATTERN.test(file)) report("files", `path name "${file}" is not valid for file discovery`);
});

const groupsField = listField(targetListField);

/** The JSON Schema of a file of targets, for editors. */
export function targetFileSchema(): JsonSchema {
  return fieldSchema(groupsField, "Targets of file_sd_configs");
}

/** Target groups from JSON or YAML files: read at the start, when they change, and at every refresh interval in case a change was not noticed. */
export const fileProvider: Provider<FileConfig> = {
  name: "file",
  key: "file_sd_configs",
  field: described(fileField, "Target groups from files, which may change at any time."),
  metrics: fileMetrics,
  create: (config, _index, deps) => createFileDiscoverer(config, deps),
};

function createFileDiscoverer(
  { files: patterns, refresh_interval: refreshMs }: FileConfig,
  { logger, metrics: { of } }: DiscovererDeps,
): Discoverer {
  const metrics = of(fileMetrics);
  /** How many groups each file held at the last good reading: what it no longer holds is emitted empty. */
  const groupCounts = new Map<string, number>();
  const changeTimes = new Map<string, number>();

  async function refresh(present: ReadonlySet<string>, emit: Emit): Promise<void> {
    const startedMs = performance.now();
    const found: TargetGroup[] = [];
    for (const path of present) {
      try {
        const { groups, changedMs } = await readGroups(path);
        changeTimes.set(path, Math.floor(changedMs / 1000));
        found.push(...groups, ...vanished(path, groups.length));
      } catch (error) {
        // It may be half written. What it last held still stands.
        metrics.readErrors.inc();
        logger.error("Error reading file", { path, err: error });
      }
    }
    for (const path of [...groupCounts.keys()]) if (!present.has(path)) found.push(...vanished(path, 0));
    for (const path of [...changeTimes.keys()]) if (!present.has(path)) changeTimes.delete(path);
    emit(found);
    metrics.scanSeconds.observe((performance.now() - startedMs) / 1000);
  }

  function filesOf(pattern: string): readonly string[] {
    try {
      return glob(nodeFiles, pattern);
    } catch (error) {
      logger.error("Error expanding glob", { glob: pattern, err: error });
      return [];
    }
  }

  /** Empty groups for those that a file had beyond the `count` that it has. */
  function vanished(path: string, count: number): readonly TargetGroup[] {
    const before = groupCounts.get(path) ?? 0;
    if (count === 0) groupCounts.delete(path);
    else groupCounts.set(path, count);
    return Array.from({ length: Math.max(0, before - count) }, (_, i) => emptyGroup(sourceOf(path, count + i)));
  }

  return {
    async run(emit, signal) {
      let onChange: () => void = () => undefined;
      const folders = [...new Set(patterns.map((pattern) => dirname(pattern)))];
      const countError = (): void => metrics.watcherErrors.inc();
      const watching = watchFolders(folders, () => onChange(), countError, logger);
      metrics.changeTimes.add(changeTimes);
      let dueMs = 0;
      let lastSeen = "";
      try {
        while (!signal.aborted) {
          // Changes count from here on: one that comes while the files are read leads to another reading.
          const rest = new AbortController();
          const endRest = (): void => rest.abort();
          onChange = endRest;
          watching.refresh();
          const present = new Set(patterns.flatMap(filesOf));
          const seen = stampOf(present);
          const isDue = performance.now() >= dueMs;
          if (isDue) dueMs = performance.now() + refreshMs;
          if (isDue || seen !== lastSeen) await refresh(present, emit);
          lastSeen = seen;
          signal.addEventListener("abort", endRest, { once: true });
          if (signal.aborted) endRest();
          const isTimeOver = await sleep(Math.max(0, dueMs - performance.now()), rest.signal);
          signal.removeEventListener("abort", endRest);
          if (!isTimeOver) await sleep(SETTLE_MS, signal);
        }
      } finally {
        metrics.changeTimes.delete(changeTimes);
        watching.close();
      }
    },
  };
}

/**
 * Changes when one of the files does. Something else in the folder may change all the time, such as a log; and the name that the
 * system tells may be another than the file's, such as that of a link on its way.
 */
function stampOf(paths: ReadonlySet<string>): string {
  return JSON.stringify([...paths].map((path) => [path, ...stampOfFile(path)]));
}

function stampOfFile(path: string): readonly string[] {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].map(String);
  } catch (error) {
    return [(error as NodeJS.ErrnoException).code ?? ""];
  }
}

/** The groups of a file, and when it was last changed. Fails with the place of a mistake. */
async function readGroups(path: string): Promise<{ readonly groups: readonly TargetGroup[]; readonly changedMs: number }> {
  const file = await open(path);
  try {
    const result = readField(groupsField, await file.readFile("utf8"), path, /\.json$/i.test(path) ? "json" : "yaml");
    if (!result.ok) throw new Error(formatConfigErrors(result.errors));
    const groups = result.value.map((list, i) => toTargetGroup(list, sourceOf(path, i), [["__meta_filepath", path]]));
    return { groups, changedMs: (await file.stat()).mtimeMs };
  } finally {
    await file.close();
  }
}

function sourceOf(path: string, index: number): string {
  return `${path}:${index}`;
}
