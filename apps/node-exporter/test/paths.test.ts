import { expect, test } from "@jest/globals";
import { createPaths } from "../src/paths.ts";

test.each([
  { rootfs: "/", path: "/home", seen: "/home", without: "/home" },
  { rootfs: "/host", path: "/host/home", seen: "/host/host/home", without: "/home" },
  { rootfs: "/host/", path: "/host", seen: "/host/host", without: "/" },
  { rootfs: "/host", path: "/hostile", seen: "/host/hostile", without: "/hostile" },
  { rootfs: "/host", path: "/", seen: "/host/", without: "/" },
])("$path below $rootfs", ({ rootfs, path, seen, without }) => {
  const paths = createPaths({ procfs: "/proc", sysfs: "/sys", rootfs, udevData: "/run/udev/data" });
  expect({ seen: paths.root(path), without: paths.withoutRoot(path) }).toEqual({ seen, without });
});
