import { readFileSync } from "node:fs";
import { hostname, machine, release, type, version } from "node:os";
import { hasErrorCode } from "@ferula/files";
import { addInfo, gauge } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";

/** What uname(2) says; the domain name, which Node does not tell, comes from /proc/sys/kernel. */
export const unameCollector: CollectorDefinition = defineCollector({
  name: "uname",
  isEnabledByDefault: true,
  flags: {},
  create: ({ paths }) => ({
    collect() {
      const info = gauge("node_uname_info", "Labeled system information as provided by the uname system call.");
      addInfo(info, {
        domainname: readDomainName(paths.proc("sys", "kernel", "domainname")),
        machine: machine(),
        nodename: hostname(),
        release: release(),
        sysname: type(),
        version: version(),
      });
      return [info];
    },
  }),
});

function readDomainName(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd();
  } catch (error) {
    if (!hasErrorCode(error, "ENOENT")) throw error;
    // What the kernel answers as long as nobody has set one.
    return "(none)";
  }
}
