import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tempFolder } from "@ferula/test-kit";

/** Writes files into a folder of their own and returns its path. */
export function writeTree(files: Readonly<Record<string, string>>): string {
  const folder = tempFolder();
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return folder;
}

/** A small machine: two CPUs of one core, a disk with a partition, mounts with a broken one. */
export const machineFiles: Readonly<Record<string, string>> = {
  "proc/stat":
    "cpu  3 0 0 0\ncpu0 100 0 50 1000 0 0 0 0 10 5\ncpu1 200 0 60 2000 0 0 0 0 0 0\nintr 7 1\nctxt 8\nbtime 1700000000\nprocesses 9\n" +
    "procs_running 1\nprocs_blocked 0\nsoftirq 3 1 2\n",
  "proc/cpuinfo":
    "processor\t: 0\nvendor_id\t: V\ncpu family\t: 6\nmodel\t\t: 1\nmodel name\t: M\nstepping\t: 2\nmicrocode\t: 0x3\ncpu MHz\t\t: 800.5\n" +
    "cache size\t: 8 KB\nphysical id\t: 0\ncore id\t\t: 0\nflags\t\t: aes avx\nbugs\t\t: mds l1tf\n",
  "proc/meminfo": "MemTotal:     2 kB\nActive(anon): 3 kB\nHugePages_Free:  7\nSecPageTables: 1 kB\n",
  "proc/loadavg": "0.21 0.37 0.39 1/719 19737\n",
  "proc/diskstats": "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n8 1 sda1 1 1 1 1 1 1 1 1 1 1 1\n",
  "proc/1/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n2 1 8:2 / /gone ro - ext4 /dev/sdb rw\n3 1 0:1 / /sys rw - sysfs sysfs rw\n",
  "proc/sys/kernel/domainname": "example.org\n",
  "proc/net/dev": "Inter-|\n face |\n  lo: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n",
  "sys/devices/system/cpu/isolated": "1\n",
  "sys/devices/system/cpu/cpu0/online": "1\n",
  "sys/devices/system/cpu/cpu1/online": "0\n",
  "sys/devices/system/cpu/cpu0/topology/physical_package_id": "0\n",
  "sys/devices/system/cpu/cpu0/topology/core_id": "0\n",
  "sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count": "5\n",
  "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count": "6\n",
  "sys/devices/system/cpu/cpu1/topology/physical_package_id": "0\n",
  "sys/devices/system/cpu/cpu1/topology/core_id": "0\n",
  "sys/devices/system/cpu/cpu1/thermal_throttle/core_throttle_count": "5\n",
  "sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count": "6\n",
  "sys/devices/system/clocksource/clocksource0/available_clocksource": "tsc hpet \n",
  "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc\n",
  "sys/class/net/lo/ifalias": "inner\n",
  "sys/block/sda/queue/rotational": "1\n",
  "udev/b8:0":
    "E:ID_MODEL=Fast\nE:ID_SERIAL=long\nE:ID_SERIAL_SHORT=short\nE:ID_ATA=1\nE:ID_ATA_ROTATION_RATE_RPM=7200\nE:ID_FS_TYPE=ext4\n",
};
