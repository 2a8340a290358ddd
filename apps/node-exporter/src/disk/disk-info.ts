import { parseFloatText } from "@ferula/model";
import type { DiskStat } from "../proc/parse-diskstats.ts";
import { add, addInfo, gauge, type ScalarDraft } from "../scalar-family.ts";

/** What is known of a disk besides its counts. */
export interface DiskProperties {
  /** udev's properties; empty when udev does not know the disk. */
  readonly udev: ReadonlyMap<string, string>;
  /** `1` for a disk that turns, else `0`. */
  readonly rotational: string;
}

/** Gathers the families that say what the disks are. */
export interface DiskInfoFamilies {
  readonly addDisk: (disk: DiskStat, properties: DiskProperties) => void;
  readonly families: readonly ScalarDraft[];
}

/** Families without disks. */
export function createDiskInfoFamilies(): DiskInfoFamilies {
  const info = gauge("node_disk_info", "Info of /sys/block/<block_device>.");
  const filesystem = gauge("node_disk_filesystem_info", "Info about disk filesystem.");
  const mapper = gauge("node_disk_device_mapper_info", "Info about disk device mapper.");
  const ataFamilies = ataProperties.map(({ property, name, help }) => ({ property, family: gauge(name, help) }));
  return {
    families: [info, filesystem, mapper, ...ataFamilies.map(({ family }) => family)],
    addDisk({ device, major, minor }, { udev, rotational }) {
      const property = (name: string): string => udev.get(name) ?? "";
      addInfo(info, {
        device,
        major,
        minor,
        model: property("ID_MODEL"),
        path: property("ID_PATH"),
        revision: property("ID_REVISION"),
        rotational,
        serial: serialOf(property),
        wwn: property("ID_WWN"),
      });
      if (property("ID_FS_TYPE") !== "") {
        addInfo(filesystem, {
          device,
          type: property("ID_FS_TYPE"),
          usage: property("ID_FS_USAGE"),
          uuid: property("ID_FS_UUID"),
          version: property("ID_FS_VERSION"),
        });
      }
      if (property("DM_NAME") !== "") {
        addInfo(mapper, {
          device,
          lv_layer: property("DM_LV_LAYER"),
          lv_name: property("DM_LV_NAME"),
          name: property("DM_NAME"),
          uuid: property("DM_UUID"),
          vg_name: property("DM_VG_NAME"),
        });
      }
      if (property("ID_ATA") === "") return;
      for (const { property: name, family } of ataFamilies) {
        const value = parseFloatText(property(name));
        if (value !== undefined) add(family, value, ["device", device]);
      }
    },
  };
}

const ataProperties = [
  { property: "ID_ATA_WRITE_CACHE", name: "node_disk_ata_write_cache", help: "ATA disk has a write cache." },
  {
    property: "ID_ATA_WRITE_CACHE_ENABLED",
    name: "node_disk_ata_write_cache_enabled",
    help: "ATA disk has its write cache enabled.",
  },
  {
    property: "ID_ATA_ROTATION_RATE_RPM",
    name: "node_disk_ata_rotation_rate_rpm",
    help: "ATA disk rotation rate in RPMs (0 for SSDs).",
  },
] as const;

/** The number that stands on the disk, in the order of trust. */
function serialOf(property: (name: string) => string): string {
  return property("SCSI_IDENT_SERIAL") || property("ID_SERIAL_SHORT") || property("ID_SERIAL");
}
