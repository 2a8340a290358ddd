import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseCpuinfo } from "../../src/proc/parse-cpuinfo.ts";
import { parseCpuList } from "../../src/proc/parse-cpu-list.ts";
import { parseDiskstats } from "../../src/proc/parse-diskstats.ts";
import { splitFields } from "../../src/proc/fields.ts";
import { parseLoadavg } from "../../src/proc/parse-loadavg.ts";
import { parseMeminfo } from "../../src/proc/parse-meminfo.ts";
import { parseMountinfo } from "../../src/proc/parse-mountinfo.ts";
import { parseNetDev } from "../../src/proc/parse-net-dev.ts";
import { parseStat } from "../../src/proc/parse-stat.ts";
import { parseUdevProperties } from "../../src/proc/parse-udev.ts";

const all = (): boolean => true;

describe("meminfo", () => {
  test("sizes in kB become bytes, counts stay counts", () => {
    expect([...parseMeminfo("MemTotal:     2 kB\nActive(anon): 3 kB\nHugePages_Free:  7\n")]).toEqual([
      ["MemTotal", { value: 2048, isBytes: true }],
      ["Active(anon)", { value: 3072, isBytes: true }],
      ["HugePages_Free", { value: 7, isBytes: false }],
    ]);
  });

  test.each(["MemTotal", "MemTotal: 1 MB", "MemTotal: x kB", "MemTotal: 1 kB more", "MemTotal 1 kB"])("%p is refused", (line) => {
    expect(() => parseMeminfo(line)).toThrow(/^cannot read meminfo/);
  });
});

describe("loadavg", () => {
  test("the first three numbers are the averages", () => {
    expect(parseLoadavg("0.21 0.37 0.39 1/719 19737\n")).toEqual([0.21, 0.37, 0.39]);
  });

  test.each(["", "0.21 0.37", "0.21 x 0.39 1/2 3"])("%p is refused", (text) => {
    expect(() => parseLoadavg(text)).toThrow(/^cannot read loadavg/);
  });
});

describe("stat", () => {
  const text =
    "cpu  30 1 2 3\ncpu0 10 20 30 40 50 60 70 80 90 100\ncpu12 5 0 0 0\nintr 88 17 0 0\nctxt 380\nbtime 1418183276\nprocesses 26\n" +
    "procs_running 2\nprocs_blocked 1\nsoftirq 55 1 2 3 4 5 6 7 8 9 10\n";

  test("ticks become seconds by CPU; columns that an old kernel lacks are 0", () => {
    const { cpuSeconds } = parseStat(text);
    expect([...cpuSeconds.keys()]).toEqual(["0", "12"]);
    expect([...(cpuSeconds.get("0") ?? [])]).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]);
    expect([...(cpuSeconds.get("12") ?? [])]).toEqual([0.05, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  });

  test("of interrupts only the total counts, and a last line without a line break counts", () => {
    for (const variant of [text, text.trimEnd()]) {
      expect(parseStat(variant)).toMatchObject({
        interrupts: 88,
        contextSwitches: 380,
        bootTimeSeconds: 1_418_183_276,
        forks: 26,
        processesRunning: 2,
        processesBlocked: 1,
        softirqs: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      });
    }
  });

  test.each(["cpu0 1 x", "intr", "ctxt \n", "softirq 1 y"])("%p is refused", (line) => {
    expect(() => parseStat(line)).toThrow(/^cannot read .* stat: not a whole number/);
  });
});

describe("cpuinfo", () => {
  test("each processor is one, and what stands outside is none's", () => {
    const cpus = parseCpuinfo("processor\t: 0\nmodel name\t: A: B\nflags\t\t: x y\n\nprocessor\t: 1\n\nHardware\t: board\n");
    expect(cpus.map((cpu) => Array.from(cpu))).toEqual([
      [
        ["processor", "0"],
        ["model name", "A: B"],
        ["flags", "x y"],
      ],
      [["processor", "1"]],
    ]);
  });
});

describe("CPU lists", () => {
  test.each([
    ["", []],
    ["3", [3]],
    ["1,3-5,9", [1, 3, 4, 5, 9]],
  ])("%p", (text, want) => {
    expect(parseCpuList(text)).toEqual(want);
  });

  test.each(["x", "1-", "1-2-3"])("%p is refused", (text) => {
    expect(() => parseCpuList(text)).toThrow(/^cannot read/);
  });
});

describe("diskstats", () => {
  test("columns follow the name, as many as the kernel has", () => {
    expect(parseDiskstats("   8       0 sda 1 2 3\n 7 1 loop1 1\n", (device) => device === "sda")).toEqual([
      { major: "8", minor: "0", device: "sda", counts: [1, 2, 3] },
    ]);
  });

  test("counts above 2^53 are rounded to the nearest double", () => {
    expect(parseDiskstats("8 0 sda 18446744073709551615\n", all)[0].counts).toEqual([2 ** 64]);
  });

  test.each(["8 0", "8 0 sda -"])("%p is refused", (line) => {
    expect(() => parseDiskstats(line, all)).toThrow(/^cannot read diskstats/);
  });
});

test("only udev's properties are taken, values with signs of their own as well", () => {
  expect([...parseUdevProperties("S:disk/by-id\nE:ID_MODEL=A=B\nE:ID_EMPTY=\nI:12\nE:nothing\n")]).toEqual([
    ["ID_MODEL", "A=B"],
    ["ID_EMPTY", ""],
  ]);
});

describe("net/dev", () => {
  const heading = "Inter-|   Receive  |  Transmit\n face |bytes packets\n";

  test("a device's name may hold a colon and touch its first count", () => {
    expect(parseNetDev(`${heading}  eth0:1:10 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n`, all)).toEqual([
      { device: "eth0:1", counts: [10, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16] },
    ]);
  });

  test("unwanted devices are left out", () => {
    expect(parseNetDev(`${heading}lo: ${"0 ".repeat(16)}\n`, () => false)).toEqual([]);
  });

  test.each(["lo 1 2", "lo: 1 2", `lo: ${"x ".repeat(16)}`])("%p is refused", (line) => {
    expect(() => parseNetDev(heading + line, all)).toThrow(/^cannot read net\/dev/);
  });
});

describe("mountinfo", () => {
  const mounted = { device: "/dev/sda", mountPoint: "/", fsType: "ext4", major: "8", minor: "1" };
  test.each([
    { line: "29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda rw", want: { isReadOnly: false }, why: "optional fields are skipped" },
    { line: "29 1 8:1 / / rw,relatime - ext4 /dev/sda rw", want: { isReadOnly: false }, why: "there may be none" },
    { line: "29 1 8:1 / / ro,relatime - ext4 /dev/sda rw", want: { isReadOnly: true }, why: "the mount is read-only" },
    { line: "29 1 8:1 / / rw - ext4 /dev/sda ro,x", want: { isReadOnly: true }, why: "the filesystem is read-only" },
    { line: "29 1 8:1 / / rw - ext4 /dev/sda rw,emergency_ro", want: { isReadOnly: true }, why: "the filesystem gave up writing" },
    {
      line: "29 1 8:1 / / rw - ext4 /dev/sda rw,errors=remount-ro",
      want: { isReadOnly: false },
      why: "an option that ends in ro is not ro",
    },
    { line: "29 1 8:1 / / rw - ext4  rw", want: { isReadOnly: false, device: "" }, why: "a source may be empty" },
    {
      line: String.raw`29 1 8:1 / /a\040b\011c\134d rw - ext4 /dev/sda rw`,
      want: { isReadOnly: false, mountPoint: "/a b\tc\\d" },
      why: "escapes are decoded",
    },
  ])("$why", ({ line, want }) => {
    expect(parseMountinfo(`${line}\n`)).toEqual([{ ...mounted, ...want }]);
  });

  test.each(["x", "29 1 8 / / rw - ext4 a rw", "29 1 8:1 / / rw ext4 /dev/sda rw", "29 1 8:1 / / rw -"])("%p is refused", (line) => {
    expect(() => parseMountinfo(line)).toThrow(/^cannot read mountinfo: unexpected line/);
  });
});

test("fields are what a regular expression would part", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(" ", "\t", "a", "1", ":", "é") }), (line) => {
      expect(splitFields(line)).toEqual(line.split(/[ \t]+/).filter((word) => word !== ""));
    }),
  );
});

test("whatever stands in a file, a parser yields something or says what it cannot read", () => {
  const parsers: readonly ((text: string) => unknown)[] = [
    parseMeminfo,
    parseLoadavg,
    parseStat,
    parseCpuinfo,
    parseMountinfo,
    parseUdevProperties,
    (text) => parseDiskstats(text, all),
    (text) => parseNetDev(`\n\n${text}`, all),
  ];
  const word = fc.constantFrom("cpu0", "softirq", "intr", "8:1", "-", "sda", "kB", "MemFree:", "12", "1e400", "x", "/", "\\040", "\\");
  const text = fc.array(fc.array(word, { maxLength: 12 }).map((words) => words.join(" "))).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(fc.constantFrom(...parsers), fc.oneof(text, fc.string()), (parse, input) => {
      try {
        parse(input);
      } catch (error) {
        expect((error as Error).message).toMatch(/^cannot read /);
      }
    }),
  );
});
