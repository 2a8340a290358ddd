import { readFileSync, type StatsFs } from "node:fs";
import { statfs } from "node:fs/promises";
import { goDurationFlag, intFlag, stringFlag } from "@ferula/flags";
import { createStatGuard, type StatOutcome } from "../filesystem/stat-guard.ts";
import type { Paths } from "../paths.ts";
import { parseMountinfo, type Mount } from "../proc/parse-mountinfo.ts";
import { readOptional } from "../read-file.ts";
import { add, gauge, type ScalarDraft } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";
import { createFilter } from "./device-filter.ts";

const MOUNT_EXCLUDE = "collector.filesystem.mount-points-exclude";
const MOUNT_INCLUDE = "collector.filesystem.mount-points-include";
const OLD_MOUNT_EXCLUDE = "collector.filesystem.ignored-mount-points";
const TYPE_EXCLUDE = "collector.filesystem.fs-types-exclude";
const TYPE_INCLUDE = "collector.filesystem.fs-types-include";
const OLD_TYPE_EXCLUDE = "collector.filesystem.ignored-fs-types";

/**
 * statfs runs on the threads of libuv's pool, of which there are four unless told otherwise. Mounts that hang must leave one to the rest
 * of the process: names and compression need it.
 */
const MOST_STAT_WORKERS = 3;

/** How full filesystems are: the mounts of process 1, each asked by statfs. */
export const filesystemCollector: CollectorDefinition = defineCollector({
  name: "filesystem",
  isEnabledByDefault: true,
  flags: {
    [MOUNT_EXCLUDE]: stringFlag({
      help: "Regexp of mount points to exclude for filesystem collector. (mutually exclusive to mount-points-include)",
      default: "^/(dev|proc|run/credentials/.+|sys|var/lib/docker/.+|var/lib/containers/storage/.+)($|/)",
    }),
    [MOUNT_INCLUDE]: stringFlag({
      help: "Regexp of mount points to include for filesystem collector. (mutually exclusive to mount-points-exclude)",
    }),
    [OLD_MOUNT_EXCLUDE]: stringFlag({ help: "Regexp of mount points to ignore for filesystem collector.", hidden: true }),
    [TYPE_EXCLUDE]: stringFlag({
      help: "Regexp of filesystem types to exclude for filesystem collector. (mutually exclusive to fs-types-include)",
      default:
        "^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|fusectl|hugetlbfs|iso9660|mqueue|nsfs|overlay|proc|procfs|" +
        "pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|erofs|sysfs|tracefs)$",
    }),
    [TYPE_INCLUDE]: stringFlag({
      help: "Regexp of filesystem types to include for filesystem collector. (mutually exclusive to fs-types-exclude)",
    }),
    [OLD_TYPE_EXCLUDE]: stringFlag({ help: "Regexp of filesystem types to ignore for filesystem collector.", hidden: true }),
    "collector.filesystem.mount-timeout": goDurationFlag({
      help: "how long to wait for a mount to respond before marking it as stale",
      default: 5000,
      hidden: true,
    }),
    "collector.filesystem.stat-workers": intFlag({ help: "how many stat calls to process simultaneously", default: 4, hidden: true }),
  },
  create: ({ flags, setByUser, paths, logger }) => {
    const isMountIgnored = createFilter({
      exclude: { name: MOUNT_EXCLUDE, value: flags[MOUNT_EXCLUDE], old: { name: OLD_MOUNT_EXCLUDE, value: flags[OLD_MOUNT_EXCLUDE] } },
      include: { name: MOUNT_INCLUDE, value: flags[MOUNT_INCLUDE] },
      setByUser,
      logger,
    });
    const isTypeIgnored = createFilter({
      exclude: { name: TYPE_EXCLUDE, value: flags[TYPE_EXCLUDE], old: { name: OLD_TYPE_EXCLUDE, value: flags[OLD_TYPE_EXCLUDE] } },
      include: { name: TYPE_INCLUDE, value: flags[TYPE_INCLUDE] },
      setByUser,
      logger,
    });
    const stat = createStatGuard({
      statfs,
      timeoutMs: flags["collector.filesystem.mount-timeout"],
      maxRunning: Math.min(Math.max(flags["collector.filesystem.stat-workers"], 1), MOST_STAT_WORKERS),
      logger,
    });
    return {
      async collect() {
        const mounts: Mount[] = [];
        for (const mount of parseMountinfo(readMountinfo(paths))) {
          const mountPoint = paths.withoutRoot(mount.mountPoint);
          if (!isMountIgnored(mountPoint) && !isTypeIgnored(mount.fsType)) mounts.push({ ...mount, mountPoint });
        }
        const outcomes = await Promise.all(mounts.map(({ mountPoint }) => stat(paths.root(mountPoint))));
        return filesystemFamilies(mounts, outcomes);
      },
    };
  },
});

/** In a container that shares the machine's processes, those of process 1 are the machine's mounts; otherwise our own are all there are. */
function readMountinfo(paths: Paths): string {
  return readOptional(paths.proc("1", "mountinfo")) ?? readFileSync(paths.proc("self", "mountinfo"), "utf8");
}

const figures: readonly { readonly name: string; readonly help: string; readonly valueOf: (stats: StatsFs) => number }[] = [
  { name: "size_bytes", help: "Filesystem size in bytes.", valueOf: ({ blocks, bsize }) => blocks * bsize },
  { name: "free_bytes", help: "Filesystem free space in bytes.", valueOf: ({ bfree, bsize }) => bfree * bsize },
  {
    name: "avail_bytes",
    help: "Filesystem space available to non-root users in bytes.",
    valueOf: ({ bavail, bsize }) => bavail * bsize,
  },
  { name: "files", help: "Filesystem total file nodes.", valueOf: ({ files }) => files },
  { name: "files_free", help: "Filesystem total free file nodes.", valueOf: ({ ffree }) => ffree },
  {
    name: "purgeable_bytes",
    help: "Filesystem space available including purgeable space (MacOS specific).",
    // Linux knows no such space, and upstream tells it there as 0.
    valueOf: () => 0,
  },
];

/** The families of mounts and what asking each came to. Of mounts over one another only the first is told: their labels are the same. */
export function filesystemFamilies(mounts: readonly Mount[], outcomes: readonly StatOutcome[]): ScalarDraft[] {
  const readOnly = gauge("node_filesystem_readonly", "Filesystem read-only status.");
  const deviceErrors = gauge("node_filesystem_device_error", "Whether an error occurred while getting statistics for the given device.");
  const mountInfo = gauge("node_filesystem_mount_info", "Filesystem mount information.");
  const families = figures.map(({ name, help }) => gauge(`node_filesystem_${name}`, help));
  const seen = new Set<string>();
  mounts.forEach(({ device, fsType, mountPoint, major, minor, isReadOnly }, i) => {
    const outcome = outcomes[i];
    const deviceError = "deviceError" in outcome ? outcome.deviceError : "";
    const labels = ["device", device, "device_error", deviceError, "fstype", fsType, "mountpoint", mountPoint];
    const key = JSON.stringify(labels);
    if (seen.has(key)) return;
    seen.add(key);
    add(readOnly, isReadOnly ? 1 : 0, labels);
    add(deviceErrors, deviceError === "" ? 0 : 1, labels);
    if (!("stats" in outcome)) return;
    figures.forEach(({ valueOf }, k) => add(families[k], valueOf(outcome.stats), labels));
    add(mountInfo, 1, ["device", device, "major", major, "minor", minor, "mountpoint", mountPoint]);
  });
  return [readOnly, deviceErrors, mountInfo, ...families];
}
