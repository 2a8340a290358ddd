import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Registry } from "@ferula/client";
import { eventually, fakeClock, tempFolder } from "@ferula/test-kit";
import { formatLabels } from "@ferula/model";
import { createDnsProvider } from "../../../src/providers/dns/dns.ts";
import type { TargetGroup } from "../../../src/target-group.ts";
import { discovererDeps, recordingLogger, section } from "../../support.ts";
import { answerTo, nameBytes, startFakeDns, word, type FakeDns, type Question, type Respond } from "./fake-server.ts";

const REFRESH_MS = 30_000;

const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

async function dnsServer(respond: Respond, host?: string, port?: number): Promise<FakeDns> {
  const server = await startFakeDns(respond, host, port);
  stops.push(server.close);
  return server;
}

function discover(port: number, config: object, resolvConf: string = "nameserver 127.0.0.1\n") {
  const clock = fakeClock();
  const registry = new Registry();
  const { logger, logs } = recordingLogger();
  const resolvConfPath = join(tempFolder(), "resolv.conf");
  writeFileSync(resolvConfPath, resolvConf);
  const [read] = section(JSON.stringify({ dns_sd_configs: [config] }))["dns_sd_configs"];
  const provider = createDnsProvider({ resolvConfPath, port, timeoutMs: 2000 });
  const discoverer = provider.create(read as never, 0, { ...discovererDeps(logger, registry), clock });
  const groups = new Map<string, TargetGroup>();
  const stop = new AbortController();
  const ended = discoverer.run((found) => {
    for (const group of found) groups.set(group.source, group);
  }, stop.signal);
  stops.push(async () => {
    stop.abort();
    await ended;
  });
  const metric = async (name: string): Promise<number> => {
    const lines = (await registry.metrics()).split("\n");
    return Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
  };
  const refreshes = (count: number): Promise<unknown> =>
    eventually(async () => (await metric('prometheus_sd_refresh_duration_seconds_count{config="web",mechanism="dns"}')) === count);
  const counts = async (): Promise<readonly [lookups: number, failures: number]> => [
    await metric("prometheus_sd_dns_lookups_total"),
    await metric("prometheus_sd_dns_lookup_failures_total"),
  ];
  const found = (): string[] => [...groups.values()].flatMap((group) => group.targets.map(formatLabels));
  return { clock, groups, refreshes, counts, found, resolvConfPath, log: () => logs.join("").replaceAll('\\"', '"') };
}

const A = 1;
const NS = 2;
const CNAME = 5;
const MX = 15;
const TXT = 16;
const AAAA = 28;
const SRV = 33;

const srv = (port: number, target: string) => [SRV, Buffer.concat([word(1), word(2), word(port), nameBytes(target)])] as const;

/** The address on which a group is scraped. */
const addresses = (group: TargetGroup | undefined): (string | undefined)[] => (group?.targets ?? []).map((target) => target[1]);

describe("targets of records", () => {
  test.each([
    {
      type: "SRV",
      asked: SRV,
      records: [srv(3306, "db1.example.com"), srv(3307, "DB2.example.com")],
      want: [
        '{__address__="db1.example.com:3306", __meta_dns_name="web.example.com.", __meta_dns_srv_record_port="3306", __meta_dns_srv_record_target="db1.example.com."}',
        '{__address__="DB2.example.com:3307", __meta_dns_name="web.example.com.", __meta_dns_srv_record_port="3307", __meta_dns_srv_record_target="DB2.example.com."}',
      ],
    },
    {
      type: "a",
      asked: A,
      records: [
        [CNAME, nameBytes("other.example.com")],
        [A, Buffer.of(192, 0, 2, 2)],
      ],
      want: ['{__address__="192.0.2.2:80", __meta_dns_name="web.example.com."}'],
    },
    {
      type: "AAAA",
      asked: AAAA,
      records: [
        [AAAA, Buffer.from("20010db8000000000000000000000001", "hex")],
        [AAAA, Buffer.from("00000000000000000000ffffc0000201", "hex")],
      ],
      want: [
        '{__address__="[2001:db8::1]:80", __meta_dns_name="web.example.com."}',
        '{__address__="192.0.2.1:80", __meta_dns_name="web.example.com."}',
      ],
    },
    {
      type: "MX",
      asked: MX,
      records: [[MX, Buffer.concat([word(10), nameBytes("mail.example.com")])]],
      want: ['{__address__="mail.example.com:80", __meta_dns_mx_record_target="mail.example.com.", __meta_dns_name="web.example.com."}'],
    },
    {
      type: "NS",
      asked: NS,
      records: [[NS, Buffer.of(2, 0x6e, 0x73, 0xc0, 0x10)]],
      want: ['{__address__="ns.example.com:80", __meta_dns_name="web.example.com.", __meta_dns_ns_record_target="ns.example.com."}'],
    },
  ] as const)("of the type $type", async ({ type, asked, records, want }) => {
    const server = await dnsServer((question) => answerTo(question, records));
    const { found, groups, refreshes, counts } = discover(server.port, { names: ["web.example.com."], type, port: 80 });
    await refreshes(1);
    expect(found()).toEqual(want);
    expect([...groups.keys()]).toEqual(["web.example.com."]);
    expect(server.asked).toMatchObject([{ overTcp: false, name: "web.example.com", type: asked, hasEdns: true }]);
    expect(await counts()).toEqual([1, 0]);
  });

  test("each name is looked up for itself, again at every interval", async () => {
    let port = 1;
    const server = await dnsServer((question) => answerTo(question, question.name === "none" ? [] : [srv(port++, "x")]));
    const { clock, found, refreshes, counts } = discover(server.port, { names: ["a.", "none."] });
    await refreshes(1);
    expect(found()).toHaveLength(1);
    await clock.advance(REFRESH_MS);
    await refreshes(2);
    expect(found().join()).toContain('__address__="x:2"');
    expect(await counts()).toEqual([4, 0]);
  });

  test("records that were not asked for are told of, and left out", async () => {
    const server = await dnsServer((question) =>
      answerTo(question, [
        [TXT, Buffer.from("\x01a")],
        [A, Buffer.of(10, 0, 0, 1)],
      ]),
    );
    const { groups, refreshes, log } = discover(server.port, { names: ["a."], type: "A", port: 1 });
    await refreshes(1);
    expect(addresses(groups.get("a."))).toEqual(["10.0.0.1:1"]);
    expect(log()).toMatch(/level=WARN msg="Invalid record" name=a\. type=16/);
  });
});

/** Servers by what they know: the addresses of a name, or a code. */
const knows =
  (names: Readonly<Record<string, readonly number[] | number>>, otherwise: number = 3): Respond =>
  (question: Question) => {
    const known = names[question.name] ?? otherwise;
    return typeof known === "number" ? answerTo(question, [], { code: known }) : answerTo(question, [[A, Buffer.from(known)]]);
  };

describe("search domains", () => {
  const conf = "nameserver 127.0.0.1\nsearch one.example two.example\n";
  test.each([
    { why: "a short name is asked for with each of them first", name: "web", want: ["web.one.example", "web.two.example", "web"] },
    { why: "a name with dots is asked for as it is first", name: "web.x", want: ["web.x", "web.x.one.example", "web.x.two.example"] },
    { why: "a rooted name is asked for alone", name: "web.", want: ["web"] },
  ])("$why", async ({ name, want }) => {
    const server = await dnsServer(knows({}));
    const { groups, refreshes, counts } = discover(server.port, { names: [name], type: "A", port: 1 }, conf);
    await refreshes(1);
    expect(server.asked.map((question) => question.name)).toEqual(want);
    // All say that there is no such name: that is no failure, but no targets.
    expect(groups.get(name)?.targets).toEqual([]);
    expect(await counts()).toEqual([1, 0]);
  });

  test.each([
    {
      why: "the first name that exists ends the search, though it has no such records",
      names: { "web.two.example": [10, 0, 0, 2] },
      other: { "web.one.example": 0 },
      asked: 1,
      want: [],
      failures: 0,
    },
    {
      why: "an error of one name doesn't matter when a later one is found",
      names: { "web.two.example": [10, 0, 0, 2] },
      other: { "web.one.example": 2 },
      asked: 2,
      want: ["10.0.0.2:1"],
      failures: 0,
    },
    {
      why: "an error of one name leaves open whether there are records, when no other is found",
      names: {},
      other: { "web.two.example": 2 },
      asked: 3,
      want: undefined,
      failures: 1,
    },
  ])("$why", async ({ names, other, asked, want, failures }) => {
    const server = await dnsServer(knows({ ...names, ...other }));
    const { groups, refreshes, counts, log } = discover(server.port, { names: ["web"], type: "A", port: 1 }, conf);
    await refreshes(1);
    expect(server.asked).toHaveLength(asked);
    expect(groups.has("web") ? addresses(groups.get("web")) : undefined).toEqual(want);
    expect(await counts()).toEqual([1, failures]);
    const message = 'could not resolve "web": all servers responded with errors to at least one search domain';
    expect(log().includes(message)).toBe(failures === 1);
  });
});

describe("several servers", () => {
  const conf = "nameserver 127.0.0.1\nnameserver 127.0.0.2\n";
  test.each([
    { why: "that refuses", first: (question: Question) => answerTo(question, [], { code: 5 }), warns: false },
    {
      why: "that answers with nonsense",
      first: (question: Question) => Buffer.concat([question.bytes.subarray(0, 2), Buffer.of(1)]),
      warns: true,
    },
    {
      why: "whose record is cut off",
      first: (question: Question) => answerTo(question, [[A, Buffer.of(1, 2, 3, 4)]]).subarray(0, -1),
      warns: true,
    },
  ])("after one $why the next is asked", async ({ first, warns }) => {
    const one = await dnsServer(first);
    const two = await dnsServer(knows({ web: [10, 0, 0, 1] }), "127.0.0.2", one.port);
    const { groups, refreshes, counts, log } = discover(one.port, { names: ["web."], type: "A", port: 1 }, conf);
    await refreshes(1);
    expect(addresses(groups.get("web."))).toEqual(["10.0.0.1:1"]);
    expect([one.asked.length, two.asked.length]).toEqual([1, 1]);
    expect(await counts()).toEqual([1, 0]);
    expect(/DNS resolution failed.*server=127\.0\.0\.1 name=web\./.test(log())).toBe(warns);
  });

  test("after one that is silent the next is asked, when its time is over", async () => {
    const one = await dnsServer(() => undefined);
    await dnsServer(knows({ web: [10, 0, 0, 1] }), "127.0.0.2", one.port);
    const { clock, groups, refreshes, log } = discover(one.port, { names: ["web."], type: "A", port: 1 }, conf);
    await eventually(() => one.asked.length === 1);
    await clock.advance(2000);
    await refreshes(1);
    expect(addresses(groups.get("web."))).toEqual(["10.0.0.1:1"]);
    expect(log()).toContain("i/o timeout");
  });

  test("the first that says that there is no such name is believed", async () => {
    const one = await dnsServer(knows({}));
    const two = await dnsServer(knows({ web: [10, 0, 0, 1] }), "127.0.0.2", one.port);
    const { groups, refreshes } = discover(one.port, { names: ["web."], type: "A", port: 1 }, conf);
    await refreshes(1);
    expect(groups.get("web.")?.targets).toEqual([]);
    expect(two.asked).toEqual([]);
  });
});

describe("an answer that is too long for a packet", () => {
  const many = Array.from({ length: 1000 }, (_, i) => [A, Buffer.of(10, 0, i >> 8, i & 0xff)] as const);

  test("is asked for over TCP", async () => {
    const server = await dnsServer((question) =>
      question.overTcp ? answerTo(question, many) : answerTo(question, [], { isTruncated: true }),
    );
    const { found, refreshes } = discover(server.port, { names: ["web."], type: "A", port: 1 });
    await refreshes(1);
    expect(found()).toHaveLength(1000);
    expect(server.asked.map(({ overTcp, hasEdns }) => [overTcp, hasEdns])).toEqual([
      [false, true],
      [true, false],
    ]);
  });

  test("and for TCP too is an error, and the next server is asked over TCP", async () => {
    const one = await dnsServer((question) => answerTo(question, [], { isTruncated: true }));
    const two = await dnsServer(knows({ web: [10, 0, 0, 1] }), "127.0.0.2", one.port);
    const { refreshes, found, log } = discover(
      one.port,
      { names: ["web."], type: "A", port: 1 },
      "nameserver 127.0.0.1\nnameserver 127.0.0.2\n",
    );
    await refreshes(1);
    expect(found()).toHaveLength(1);
    expect(two.asked).toMatchObject([{ overTcp: true, hasEdns: true }]);
    expect(log()).toContain("got truncated message on TCP");
  });

  test("over TCP with another id is an error", async () => {
    const server = await dnsServer((question) => {
      if (!question.overTcp) return answerTo(question, [], { isTruncated: true });
      const packet = answerTo(question, many);
      packet[0] ^= 0xff;
      return packet;
    });
    const { refreshes, counts, log } = discover(server.port, { names: ["web."], type: "A", port: 1 });
    await refreshes(1);
    expect(await counts()).toEqual([1, 1]);
    expect(log()).toContain("dns: id mismatch");
  });
});

describe("failures", () => {
  test("leave the targets of their name, and don't touch the others'", async () => {
    let isDown = false;
    const server = await dnsServer((question) => {
      const isBroken = isDown && question.name === "web";
      return isBroken ? answerTo(question, [], { code: 2 }) : answerTo(question, [[A, Buffer.of(10, 0, 0, isDown ? 2 : 1)]]);
    });
    const { clock, groups, refreshes, counts } = discover(server.port, { names: ["web.", "db."], type: "A", port: 1 });
    await refreshes(1);
    isDown = true;
    await clock.advance(REFRESH_MS);
    await refreshes(2);
    expect(addresses(groups.get("web."))).toEqual(["10.0.0.1:1"]);
    expect(addresses(groups.get("db."))).toEqual(["10.0.0.2:1"]);
    expect(await counts()).toEqual([4, 1]);
  });

  test("a packet with another id is not an answer", async () => {
    const server = await dnsServer((question) => {
      const packet = answerTo(question, [[A, Buffer.of(10, 0, 0, 1)]]);
      packet[0] ^= 0xff;
      return packet;
    });
    const { clock, refreshes, counts } = discover(server.port, { names: ["web."], type: "A", port: 1 });
    await eventually(() => server.asked.length === 1);
    await clock.advance(2000);
    await refreshes(1);
    expect(await counts()).toEqual([1, 1]);
  });

  test.each([
    { why: "nobody listens", name: "web.", conf: "nameserver 127.0.0.1", want: "ECONNREFUSED" },
    { why: "no server is known", name: "web.", conf: "# none", want: 'could not resolve "web.": all servers' },
    { why: "the name can be none", name: "a..b.", conf: "nameserver 127.0.0.1", want: 'dns: bad name "a..b."' },
    { why: "a label is too long", name: `${"a".repeat(64)}.`, conf: "nameserver 127.0.0.1", want: "dns: bad name" },
    { why: "the name is too long", name: "abc.".repeat(64), conf: "nameserver 127.0.0.1", want: "domain name exceeded 255" },
  ])("$why: that is told, and counted", async ({ name, conf, want }) => {
    const { port, close } = await startFakeDns(() => undefined);
    await close();
    const { refreshes, counts, log } = discover(port, { names: [name], type: "A", port: 1 }, conf);
    await refreshes(1);
    expect(await counts()).toEqual([1, 1]);
    expect(log()).toContain(want);
    expect(log()).toContain("Error refreshing DNS targets");
  });

  test("a resolv.conf that is gone is a failure of every name", async () => {
    const server = await dnsServer(knows({}));
    const { clock, refreshes, counts, resolvConfPath, log } = discover(server.port, { names: ["a.", "b."], type: "A", port: 1 });
    await refreshes(1);
    rmSync(resolvConfPath);
    await clock.advance(REFRESH_MS);
    await refreshes(2);
    expect(await counts()).toEqual([4, 2]);
    expect(log()).toContain(`could not load resolv.conf: open ${resolvConfPath}: no such file or directory`);
  });

  test("at the end nothing is waited for, and nothing is counted", async () => {
    const server = await dnsServer(() => undefined);
    const { clock, counts, log } = discover(server.port, { names: ["web."], type: "A", port: 1 });
    await eventually(() => server.asked.length === 1);
    await stops.pop()?.();
    expect(clock.timerCount()).toBe(0);
    expect(await counts()).toEqual([0, 0]);
    expect(log()).toBe("");
  });
});
