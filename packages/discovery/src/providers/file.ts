import { watch, type FSWatcher } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { durationField, formatConfigErrors, listField, mappingField, pathField, readField, withCheck, type ConfigOf, type Field } from "@ferula/config";
import { sleep } from "@ferula/lifecycle";
import type { Discoverer, DiscovererDeps, Emit, Provider } from "../provider.ts";
import { emptyGroup, type TargetGroup } from "../target-group.ts";
import { targetListField, toTargetGroup } from "./static.ts";

const DEFAULT_REFRESH_MS = 300_000;

/** An editor writes a file in several steps; the news are read when it has been quiet for so long. */
const SETTLE_MS = 100;

const fileShape = { files: listField(pathField()), refresh_interval: durationField(DEFAULT_REFRESH_MS) } as const;
type FileConfig = ConfigOf<typeof fileShape>;

/** Only the last part of a path may hold a `*`, and only names that say their format are read. */
const PATTERN = /^[^*]*(\*[^/]*)?\.(json|yml|yaml|JSON|YML|YAML)$/;

const fileField: Field<FileConfig> = withCheck(mappingField(fileShape), ({ files }, report) => {
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

function createFileDiscoverer({ files: patterns, refresh_interval: refreshMs }: FileConfig, { logger, onRefresh }: DiscovererDeps): Discoverer {
  /** How many groups each file held at the last good reading: what it no longer holds is emitted empty. */
  const groupCounts = new Map<string, number>();

  async function refresh(emit: Emit): Promise<void> {
    const startedMs = performance.now();
    let failed = false;
    const present = new Set<string>();
    for (const path of (await Promise.all(patterns.map(expand))).flat()) {
      present.add(path);
      try {
        emit(withVanished(path, await readGroups(path)));
      } catch (error) {
        failed = true;
        logger.error("Error reading file", { path, err: error });
      }
    }
    for (const path of groupCounts.keys()) if (!present.has(path)) emit(withVanished(path, []));
    onRefresh(failed, (performance.now() - startedMs) / 1000);
  }

  function withVanished(path: string, groups: readonly TargetGroup[]): readonly TargetGroup[] {
    const before = groupCounts.get(path) ?? 0;
    if (groups.length === 0) groupCounts.delete(path);
    else groupCounts.set(path, groups.length);
    const vanished = Array.from({ length: Math.max(0, before - groups.length) }, (_, i) => emptyGroup(sourceOf(path, groups.length + i)));
    return [...groups, ...vanished];
  }

  return {
    async run(emit, signal) {
      let wake: () => void = () => undefined;
      const watchers = watchFolders(patterns, () => wake(), logger);
      try {
        while (!signal.aborted) {
          const changed = new Promise<void>((resolve) => {
            wake = resolve;
          });
          await refresh(emit);
          const rest = new AbortController();
          const stopped = AbortSignal.any([signal, rest.signal]);
          await Promise.race([sleep(refreshMs, stopped).catch(() => undefined), changed.then(() => sleep(SETTLE_MS, stopped)).catch(() => undefined)]);
          rest.abort();
        }
      } finally {
        for (const watcher of watchers) watcher.close();
      }
    },
  };
}

/** Folders, not files: a file that is replaced is another file. A folder that can't be watched is still read at every interval. */
function watchFolders(patterns: readonly string[], onChange: () => void, logger: DiscovererDeps["logger"]): FSWatcher[] {
  const watchers: FSWatcher[] = [];
  for (const folder of new Set(patterns.map(dirname))) {
    try {
      const watcher = watch(folder, onChange);
      watcher.on("error", (error) => logger.warn("Error watching file", { path: folder, err: error }));
      watchers.push(watcher);
    } catch (error) {
      logger.warn("Error adding file watch", { path: folder, err: error });
    }
  }
  return watchers;
}

/** The files that a pattern names, in order; a name without `*` is one whether or not there is such a file. */
async function expand(pattern: string): Promise<readonly string[]> {
  const name = basename(pattern);
  if (!name.includes("*")) return [pattern];
  const [before, after] = name.split("*", 2);
  const names = await readdir(dirname(pattern)).catch(() => []);
  const matching = names.filter((other) => other.length >= name.length - 1 && other.startsWith(before) && other.endsWith(after));
  return matching.toSorted().map((other) => join(dirname(pattern), other));
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
