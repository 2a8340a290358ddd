import { join } from "node:path";

/** Where the machine's state is read from; other places than the usual ones when the exporter runs in a container. */
export interface Paths {
  /** Path of a file below --path.procfs. */
  readonly proc: (...names: string[]) => string;
  /** Path of a file below --path.sysfs. */
  readonly sys: (...names: string[]) => string;
  /** Path of a file below --path.udev.data. */
  readonly udev: (...names: string[]) => string;
  /** Where the exporter sees what the machine has at `path`. */
  readonly root: (path: string) => string;
  /** The reverse: what the machine calls what the exporter sees at `path`. Paths outside --path.rootfs are its own already. */
  readonly withoutRoot: (path: string) => string;
}

/** The folders as the flags give them. */
export interface PathFlags {
  readonly procfs: string;
  readonly sysfs: string;
  readonly rootfs: string;
  readonly udevData: string;
}

/** The paths of a machine whose state lies in these folders. */
export function createPaths({ procfs, sysfs, rootfs, udevData }: PathFlags): Paths {
  const rootPrefix = rootfs.replace(/\/+$/, "");
  return {
    proc: (...names) => join(procfs, ...names),
    sys: (...names) => join(sysfs, ...names),
    udev: (...names) => join(udevData, ...names),
    root: (path) => join(rootfs, path),
    withoutRoot: (path) => {
      if (rootPrefix === "" || !(path === rootPrefix || path.startsWith(`${rootPrefix}/`))) return path;
      return path.slice(rootPrefix.length) || "/";
    },
  };
}
