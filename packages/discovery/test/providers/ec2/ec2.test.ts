import { afterEach, expect, test } from "@jest/globals";
import { labelsOf } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import { createEc2Discoverer } from "../../../src/providers/ec2/ec2.ts";
import type { AwsEnvironment } from "../../../src/providers/ec2/aws/environment.ts";
import { ec2Field } from "../../../src/sections/ec2.ts";
import { deadAddress, type ApiAnswer } from "../fake-api.ts";
import { readSection, runDiscoverer } from "../run-discoverer.ts";
import { fakeAws, instances, KEYS, refusal, type Answer } from "./fake-aws.ts";

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** No file of the machine that the tests run on may count, and no service beside it. */
const NOTHING: AwsEnvironment = { HOME: "/nonexistent", AWS_EC2_METADATA_DISABLED: "true" };

const SECTION = "region: eu-west-7\naccess_key: AKSECTION\nsecret_key: secret/of+section\nport: 4242";

async function startAws(describeInstances: Answer, paths: Readonly<Record<string, ApiAnswer>> = {}) {
  const aws = await fakeAws(KEYS, { DescribeInstances: describeInstances }, paths);
  cleanups.push(aws.close);
  return aws;
}

function run(yaml: string, environment: AwsEnvironment = NOTHING) {
  const config = readSection(ec2Field, yaml);
  const running = runDiscoverer((deps) => createEc2Discoverer(config, deps, environment));
  cleanups.push(running.stop);
  return running;
}

const MINIMAL = `<instanceId>i-1</instanceId><imageId>ami-1</imageId><instanceState><code>16</code><name>running</name></instanceState>
  <instanceType>t3.micro</instanceType><placement><availabilityZone>azname-b</availabilityZone></placement>`;

const MINIMAL_LABELS = {
  __meta_ec2_ami: "ami-1",
  __meta_ec2_availability_zone: "azname-b",
  __meta_ec2_availability_zone_id: "azid-2",
  __meta_ec2_instance_id: "i-1",
  __meta_ec2_instance_state: "running",
  __meta_ec2_instance_type: "t3.micro",
  __meta_ec2_region: "eu-west-7",
};

function reservation(instance: string, owner: string = ""): string {
  return `<item><reservationId>r-1</reservationId>${owner}<groupSet/><instancesSet><item>${instance}</item></instancesSet></item>`;
}

function card(subnetId: string, deviceIndex: number, addresses: readonly (readonly [string, boolean])[]): string {
  const items = addresses.map(
    ([text, isPrimary]) => `<item><ipv6Address>${text}</ipv6Address><isPrimaryIpv6>${isPrimary}</isPrimaryIpv6></item>`,
  );
  return `<item>${subnetId === "" ? "" : `<subnetId>${subnetId}</subnetId>`}
    <attachment><deviceIndex>${deviceIndex}</deviceIndex></attachment><ipv6AddressesSet>${items.join("")}</ipv6AddressesSet></item>`;
}

test.each([
  {
    why: "everything that an instance outside of a VPC may have is a label",
    owner: "<ownerId>123456789012</ownerId>",
    instance: `${MINIMAL}<privateIpAddress>1.2.3.4</privateIpAddress><privateDnsName>private.dns</privateDnsName>
      <ipAddress>42.42.42.2</ipAddress><dnsName>public.dns</dnsName><architecture>x86_64</architecture>
      <instanceLifecycle>spot</instanceLifecycle><platform>windows</platform>
      <tagSet><item><key>aws:tag-1</key><value>one &amp; two</value></item><item><key>no-value</key></item>
      <item><value>no key</value></item><item/></tagSet>`,
    want: {
      ...MINIMAL_LABELS,
      __address__: "1.2.3.4:4242",
      __meta_ec2_architecture: "x86_64",
      __meta_ec2_instance_lifecycle: "spot",
      __meta_ec2_owner_id: "123456789012",
      __meta_ec2_platform: "windows",
      __meta_ec2_private_dns_name: "private.dns",
      __meta_ec2_private_ip: "1.2.3.4",
      __meta_ec2_public_dns_name: "public.dns",
      __meta_ec2_public_ip: "42.42.42.2",
      __meta_ec2_tag_aws_tag_1: "one & two",
    },
  },
  {
    why: "subnets are listed once each, in the answer's order; network cards outside of them don't count",
    instance: `${MINIMAL}<privateIpAddress>5.6.7.8</privateIpAddress><dnsName/><vpcId>vpc-1</vpcId><subnetId>sn-3</subnetId>
      <networkInterfaceSet>${card("", 0, [["2001:db8:1::1", true]])}${card("sn-3", 0, [])}${card("sn-1", 1, [])}${card("sn-3", 2, [])}</networkInterfaceSet>`,
    want: {
      ...MINIMAL_LABELS,
      __address__: "5.6.7.8:4242",
      __meta_ec2_primary_subnet_id: "sn-3",
      __meta_ec2_private_ip: "5.6.7.8",
      __meta_ec2_subnet_id: ",sn-3,sn-1,",
      __meta_ec2_vpc_id: "vpc-1",
    },
  },
  {
    why: "primary addresses stand at the places of their network cards",
    instance: `${MINIMAL}<privateIpAddress>9.10.11.12</privateIpAddress><vpcId>vpc-1</vpcId><subnetId>sn-2</subnetId><networkInterfaceSet>
      ${card("sn-2", 3, [["2001:db8:2::1:1", false]])}
      ${card("sn-2", 1, [
        ["2001:db8:2::2:1", false],
        ["2001:db8:2::2:2", true],
      ])}
      ${card("sn-1", 3, [["2001:db8:2::3:1", true]])}${card("sn-3", 0, [])}</networkInterfaceSet>`,
    want: {
      ...MINIMAL_LABELS,
      __address__: "9.10.11.12:4242",
      __meta_ec2_default_ipv6_address: "2001:db8:2::2:2",
      __meta_ec2_ipv6_addresses: ",2001:db8:2::1:1,2001:db8:2::2:1,2001:db8:2::2:2,2001:db8:2::3:1,",
      __meta_ec2_primary_ipv6_addresses: ",,2001:db8:2::2:2,,2001:db8:2::3:1,",
      __meta_ec2_primary_subnet_id: "sn-2",
      __meta_ec2_private_ip: "9.10.11.12",
      __meta_ec2_subnet_id: ",sn-2,sn-1,sn-3,",
      __meta_ec2_vpc_id: "vpc-1",
    },
  },
  {
    why: "without an address of IPv4 one of IPv6 is the target's",
    instance: `${MINIMAL}<vpcId>vpc-1</vpcId><subnetId>sn-2</subnetId>
      <networkInterfaceSet>${card("sn-2", 0, [["2001:db8:2::1:1", false]])}</networkInterfaceSet>`,
    want: {
      ...MINIMAL_LABELS,
      __address__: "[2001:db8:2::1:1]:4242",
      __meta_ec2_default_ipv6_address: "2001:db8:2::1:1",
      __meta_ec2_ipv6_addresses: ",2001:db8:2::1:1,",
      __meta_ec2_primary_subnet_id: "sn-2",
      __meta_ec2_subnet_id: ",sn-2,",
      __meta_ec2_vpc_id: "vpc-1",
    },
  },
  { why: "an instance without an address, such as one that has ended, is left out", instance: MINIMAL, want: undefined },
])("$why", async ({ instance, owner = "", want }) => {
  const aws = await startAws(instances([reservation(instance, owner)]));
  const { emitted } = run(`${SECTION}\nendpoint: ${aws.url}`);
  await eventually(() => expect(emitted).toHaveLength(1));
  expect(emitted[0]).toEqual([{ source: "eu-west-7", labels: [], targets: want === undefined ? [] : [labelsOf(want)] }]);
});

function address(ip: string): string {
  return reservation(`${MINIMAL}<privateIpAddress>${ip}</privateIpAddress>`);
}

test("pages are asked for until there are no more, with the filters, and zones only once", async () => {
  const aws = await startAws((form) =>
    form.has("NextToken") ? instances([address("10.0.0.2")]) : instances([address("10.0.0.1")], "page/2+"),
  );
  const { clock, emitted } = run(
    `${SECTION}\nendpoint: ${aws.url}\nfilters: [{name: 'tag:role', values: [web, 'a b']}, {name: instance-state-name, values: [running]}]`,
  );
  await eventually(() => expect(emitted).toHaveLength(1));
  expect(emitted[0][0].targets.map((target) => target[1])).toEqual(["10.0.0.1:4242", "10.0.0.2:4242"]);
  const form = {
    Action: "DescribeInstances",
    Version: "2016-11-15",
    "Filter.1.Name": "tag:role",
    "Filter.1.Value.1": "web",
    "Filter.1.Value.2": "a b",
    "Filter.2.Name": "instance-state-name",
    "Filter.2.Value.1": "running",
  };
  const zones = { Action: "DescribeAvailabilityZones", Version: "2016-11-15" };
  const pages = [form, { ...form, NextToken: "page/2+" }];
  expect(aws.calls().map((call) => call.form)).toEqual([zones, ...pages]);
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(emitted).toHaveLength(2));
  expect(aws.calls().map((call) => call.form)).toEqual([zones, ...pages, ...pages]);
});

test("without the zones' IDs instances are found all the same, and the next refresh asks for them again", async () => {
  const aws = await startAws(instances([address("10.0.0.1")]));
  aws.set("DescribeAvailabilityZones", refusal("UnauthorizedOperation", "not allowed"));
  const { clock, emitted, logs } = run(`${SECTION}\nendpoint: ${aws.url}`);
  await eventually(() => expect(emitted).toHaveLength(1));
  expect(emitted[0][0].targets[0]).not.toContain("__meta_ec2_availability_zone_id");
  expect(logs.join("")).toMatch(/level=DEBUG .*Unable to describe availability zones.*UnauthorizedOperation: not allowed/);
  aws.set(
    "DescribeAvailabilityZones",
    "<r><availabilityZoneInfo><item><zoneName>azname-b</zoneName><zoneId>z9</zoneId></item></availabilityZoneInfo></r>",
  );
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(emitted).toHaveLength(2));
  expect(emitted[1][0].targets[0]).toContain("z9");
});

test.each<{ why: string; broken: Answer; said: RegExp }>([
  {
    why: "a refusal",
    broken: refusal("UnauthorizedOperation", "You are not authorized to perform this operation."),
    said: /DescribeInstances: Unexpected response code: 403 \(api error UnauthorizedOperation: You are not authorized to perform this operation\.\)/,
  },
  { why: "a refusal by what stands before the service", broken: { status: 407, body: "Proxy says no" }, said: /407 \(Proxy says no\)/ },
  { why: "XML that is cut off", broken: instances([address("10.0.0.9")]).slice(0, -40), said: /cannot read the answer: .*unclosed tag/ },
  {
    why: "an answer with entities of its own",
    broken: `<!DOCTYPE r [<!ENTITY a "x">]><r>&a;</r>`,
    said: /cannot read the answer: a document type is not allowed/,
  },
  { why: "a page that leads to itself", broken: instances([], "again"), said: /a page of instances leads to itself/ },
  {
    why: "a network card of a number that none has",
    broken: instances([
      reservation(`${MINIMAL}<vpcId>v</vpcId><networkInterfaceSet>${card("s", 2 ** 40, [["fd00::1", true]])}</networkInterfaceSet>`),
    ]),
    said: /invalid deviceIndex/,
  },
])("$why is logged with the endpoint and counted, and what was known stands", async ({ broken, said }) => {
  const aws = await startAws(instances([address("10.0.0.1")]));
  const { clock, emitted, known, logs, metrics } = run(`${SECTION}\nendpoint: ${aws.url}`);
  await eventually(() => expect(emitted).toHaveLength(1));
  aws.set("DescribeInstances", broken);
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(logs.join("")).toMatch(/level=ERROR .*Unable to refresh target groups.*could not describe instances: /));
  expect(logs.join("")).toMatch(said);
  expect(await metrics()).toContain('prometheus_sd_refresh_failures_total{config="web",mechanism="ec2"} 1\n');
  expect(known()["eu-west-7"].targets).toHaveLength(1);
});

test.each([
  { why: "a service that is not there", answer: { status: 503, body: "busy" } },
  { why: "a service that is asked too often", answer: refusal("RequestLimitExceeded", "Request limit exceeded.", 400) },
])("$why is asked three times before it counts as a failure", async ({ answer }) => {
  const aws = await startAws(answer);
  const { clock, logs } = run(`${SECTION}\nendpoint: ${aws.url}`);
  const asked = (): number => aws.calls().filter(({ form }) => form["Action"] === "DescribeInstances").length;
  for (let count = 1; count <= 3; count++) {
    await eventually(() => expect(asked()).toBe(count));
    await eventually(() => expect(clock.timerCount()).toBe(1));
    if (count < 3) await clock.advance(2000);
  }
  await eventually(() => expect(logs.filter((line) => line.includes("Unable to refresh"))).toHaveLength(1));
  expect(asked()).toBe(3);
});

test("an endpoint that can't be reached is logged with its address", async () => {
  const host = await deadAddress();
  const { clock, logs } = run(`${SECTION}\nendpoint: http://${host}`);
  await eventually(async () => {
    await clock.advance(1000);
    expect(logs.join("")).toMatch(/Unable to refresh target groups.*could not describe instances.*connection refused/);
  });
  expect(logs.join("")).toContain(host);
});

const IDENTITY = "GET /latest/dynamic/instance-identity/document";
const METADATA = { "PUT /latest/api/token": "metadata-token", [IDENTITY]: '{"region": "sa-east-1", "accountId": "1"}' };

test.each([
  { why: "that of the environment", environment: { AWS_REGION: "us-east-9", AWS_DEFAULT_REGION: "us-east-8" }, want: "us-east-9" },
  { why: "that of the environment in its other name", environment: { AWS_DEFAULT_REGION: "us-east-8" }, want: "us-east-8" },
  { why: "that of the instance", environment: {}, want: "sa-east-1" },
])("without a region in the section it is $why", async ({ environment, want }) => {
  const aws = await startAws(instances([address("10.0.0.1")]), METADATA);
  const yaml = `${SECTION.replace("region: eu-west-7\n", "")}\nendpoint: ${aws.url}`;
  const { known } = run(yaml, { HOME: "/nonexistent", AWS_EC2_METADATA_SERVICE_ENDPOINT: `${aws.url}/`, ...environment });
  await eventually(() => expect(Object.keys(known())).toEqual([want]));
  const asked = aws.requests.find(({ method }) => method === "GET");
  if (want === "sa-east-1") expect(asked?.headers["x-aws-ec2-metadata-token"]).toBe("metadata-token");
  else expect(asked).toBeUndefined();
});

test("a region that can't be found is logged, and looked for again", async () => {
  const aws = await startAws(instances([address("10.0.0.1")]), { ...METADATA, [IDENTITY]: { status: 500 } });
  const yaml = `${SECTION.replace("region: eu-west-7\n", "")}\nendpoint: ${aws.url}`;
  const { clock, logs } = run(yaml, { HOME: "/nonexistent", AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.url });
  await eventually(() => expect(logs.join("")).toMatch(/could not determine AWS region: Get .*identity\/document.*500/));
  await clock.advance(60_000);
  await eventually(() => expect(logs.filter((line) => line.includes("could not determine AWS region"))).toHaveLength(2));
});

test("keys that are refused are looked up anew at the next refresh", async () => {
  const aws = await startAws(instances([address("10.0.0.1")]));
  const environment: Record<string, string> = { ...NOTHING, AWS_ACCESS_KEY_ID: "AKOLD", AWS_SECRET_ACCESS_KEY: "old" } as Record<
    string,
    string
  >;
  const { clock, emitted, logs } = run(`region: eu-west-7\nendpoint: ${aws.url}`, environment);
  await eventually(() => expect(logs.join("")).toMatch(/api error AuthFailure: AWS was not able to validate/));
  Object.assign(environment, { AWS_ACCESS_KEY_ID: "AKSECTION", AWS_SECRET_ACCESS_KEY: "secret/of+section" });
  await eventually(() => expect(clock.timerCount()).toBe(1));
  await clock.advance(60_000);
  await eventually(() => expect(emitted).toHaveLength(1));
});
