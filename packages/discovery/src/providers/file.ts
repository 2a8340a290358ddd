import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import {
  durationField,
  formatConfigErrors,
  listField,
  mappingField,
  pathField,
  readField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { sleep } from "@ferula/lifecycle";
import type { Discoverer, DiscovererDeps, Emit, Provider } from "../provider.ts";
import { emptyGroup, type TargetGroup } from "../target-group.ts";
import { watchFolders } from "./folder-watch.ts";
import { filesOf } from "./glob.ts";
import { targetListField, toTargetGroup } from "./static.ts";

const DEFAULT_REFRESH_MS = 300_000;

/** An editor writes a file in several steps: the news are read so long after the first of them. */
const SETTLE_MS = 100;

const fileShape = { files: listField(pathField()), refresh_interval: durationField(DEFAULT_REFRESH_MS) } as const;
type FileConfig = ConfigOf<typeof fileShape>;

/** Only the last part of a path may hold a `*`, and only names that say their format are read. */
const PATTERN = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;

const fileField: Field<FileConfig> = withCheck(mappingField(fileShape), ({ files, refresh_interval: refreshMs }, report) => {
  if (refreshMs === 0) report("refresh_interval", "must be greater than 0");
  if (files.length === 0) report("files", "file service discovery config must contain at least one path name");
  for (const file of files) if (!PATTERN.test(file)) report("files", `path name "${file}" is not valid for file discovery`);
});

/** Target groups from JSON or YAML files: read at the start, when they change, and at every refresh interval in case a change was not noticed. */
export const fileProvider: Provider<FileConfig> = {
  name: "file",
  key: "file_sd_configs",
  field: fileField,
  create: (config, _index, deps) => createFileDiscoverer(config, deps),
};

function createFileDiscoverer(
  { files: patterns, refresh_interval: refreshMs }: FileConfig,
  { logger, onRefresh }: DiscovererDeps,
): Discoverer {
  /** How many groups each file held at the last good reading: what it no longer holds is emitted empty. */
  const groupCounts = new Map<string, number>();

  async function refresh(emit: Emit): Promise<void> {
    const startedMs = performance.now();
    let hasFailed = false;
    const found: TargetGroup[] = [];
    const present = new Set((await Promise.all(patterns.map(filesOf))).flat());
    for (const path of present) {
      try {
        const groups = await readGroups(path);
        found.push(...groups, ...vanished(path, groups.length));
      } catch (error) {
        // It may be half written. What it last held still stands.
        hasFailed = true;
        logger.error("Error reading file", { path, err: error });
      }
    }
    for (const path of [...groupCounts.keys()]) if (!present.has(path)) found.push(...vanished(path, 0));
    emit(found);
    onRefresh(hasFailed, (performance.now() - startedMs) / 1000);
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
      const watching = watchFolders([...new Set(patterns.map((pattern) => dirname(pattern)))], () => onChange(), logger);
      try {
        while (!signal.aborted) {
          // Changes count from here on: one that comes while the files are read leads to another reading.
          const rest = new AbortController();
          const endRest = (): void => rest.abort();
          onChange = endRest;
          watching.refresh();
          await refresh(emit);
          signal.addEventListener("abort", endRest, { once: true });
          if (signal.aborted) endRest();
          const isTimeOver = await sleep(refreshMs, rest.signal);
          signal.removeEventListener("abort", endRest);
          if (!isTimeOver) await sleep(SETTLE_MS, signal);
        }
      } finally {
        watching.close();
      }
    },
  };
}

/** The groups of a file. JSON is read as the YAML that it is. Fails with the place of a mistake. */
async function readGroups(path: string): Promise<readonly TargetGroup[]> {
  const result = readField(listField(targetListField), await readFile(path, "utf8"), path);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value.map((list, i) => toTargetGroup(list, sourceOf(path, i), [["__meta_filepath", path]]));
}

function sourceOf(path: string, index: number): string {
  return `${path}:${index}`;
}
