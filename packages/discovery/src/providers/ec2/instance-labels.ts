import { labelsOf, type Labels } from "@ferula/model";
import { joinHostPort, sanitizeLabelName, wrappedList } from "../meta-labels.ts";
import { childOf, itemsAt, textAt, type XmlElement } from "./aws/xml.ts";

/** What is known about all instances of an answer. */
export interface InstanceContext {
  readonly region: string;
  readonly port: number;
  /** IDs of availability zones by their names, which each account has for itself. */
  readonly zoneIds: ReadonlyMap<string, string>;
}

/** The labels of what a reservation holds, without instances that have no address. */
export function reservationTargets(reservation: XmlElement, context: InstanceContext): readonly Labels[] {
  const ownerId = textAt(reservation, "ownerId");
  return itemsAt(reservation, "instancesSet")
    .map((instance) => instanceLabels(instance, ownerId, context))
    .filter((labels) => labels !== undefined);
}

const SEPARATOR = ",";

/** More network cards than any instance has: the number comes from outside, and so long a list is made of it. */
const MOST_DEVICES = 1024;

function instanceLabels(instance: XmlElement, ownerId: string, { region, port, zoneIds }: InstanceContext): Labels | undefined {
  const privateIp = textAt(instance, "privateIpAddress");
  const network = networkOf(instance);
  const address = privateIp === "" ? network.defaultIpv6 : privateIp;
  if (address === "") return undefined;
  const zone = textAt(instance, "placement", "availabilityZone");
  const publicIp = textAt(instance, "ipAddress");
  const vpcId = textAt(instance, "vpcId");
  const labels = new Map([
    ["__address__", joinHostPort(address, port)],
    ["__meta_ec2_instance_id", textAt(instance, "instanceId")],
    ["__meta_ec2_region", region],
    ["__meta_ec2_owner_id", ownerId],
    ["__meta_ec2_default_ipv6_address", network.defaultIpv6],
    ["__meta_ec2_private_ip", privateIp],
    ["__meta_ec2_private_dns_name", textAt(instance, "privateDnsName")],
    ["__meta_ec2_platform", textAt(instance, "platform")],
    ["__meta_ec2_public_ip", publicIp],
    ["__meta_ec2_public_dns_name", publicIp === "" ? "" : textAt(instance, "dnsName")],
    ["__meta_ec2_primary_ipv6_addresses", listed(network.primaryIpv6)],
    ["__meta_ec2_ipv6_addresses", listed(network.ipv6)],
    ["__meta_ec2_ami", textAt(instance, "imageId")],
    ["__meta_ec2_availability_zone", zone],
    ["__meta_ec2_availability_zone_id", zoneIds.get(zone) ?? ""],
    ["__meta_ec2_instance_state", textAt(instance, "instanceState", "name")],
    ["__meta_ec2_instance_type", textAt(instance, "instanceType")],
    ["__meta_ec2_instance_lifecycle", textAt(instance, "instanceLifecycle")],
    ["__meta_ec2_architecture", textAt(instance, "architecture")],
    ["__meta_ec2_vpc_id", vpcId],
    ["__meta_ec2_primary_subnet_id", vpcId === "" ? "" : textAt(instance, "subnetId")],
    ["__meta_ec2_subnet_id", vpcId === "" ? "" : wrappedList(network.subnetIds, SEPARATOR)],
    ...tagLabels(instance),
  ]);
  return labelsOf(labels);
}

function listed(values: readonly string[]): string {
  return values.length === 0 ? "" : wrappedList(values, SEPARATOR);
}

function tagLabels(instance: XmlElement): readonly (readonly [string, string])[] {
  return itemsAt(instance, "tagSet")
    .filter((tag) => childOf(tag, "key") !== undefined)
    .map((tag) => [`__meta_ec2_tag_${sanitizeLabelName(textAt(tag, "key"))}`, textAt(tag, "value")]);
}

interface Network {
  /** Each once, in the order of the answer. */
  readonly subnetIds: readonly string[];
  readonly ipv6: readonly string[];
  /** By the index of the device, "" for those without one: their places tell which network card is meant. */
  readonly primaryIpv6: readonly string[];
  /** The first primary address, or the first one at all; "" without any. */
  readonly defaultIpv6: string;
}

/** Addresses and subnets of an instance's network cards, as far as these are in a subnet. */
function networkOf(instance: XmlElement): Network {
  const subnetIds = new Set<string>();
  const ipv6: string[] = [];
  const primaryIpv6: string[] = [];
  if (textAt(instance, "vpcId") !== "") {
    for (const card of itemsAt(instance, "networkInterfaceSet")) {
      const subnetId = textAt(card, "subnetId");
      if (subnetId === "") continue;
      subnetIds.add(subnetId);
      for (const item of itemsAt(card, "ipv6AddressesSet")) {
        const address = textAt(item, "ipv6Address");
        ipv6.push(address);
        if (textAt(item, "isPrimaryIpv6") === "true") placeAt(primaryIpv6, deviceIndexOf(card), address);
      }
    }
  }
  const defaultIpv6 = [...primaryIpv6, ...ipv6].find((address) => address !== "") ?? "";
  return { subnetIds: [...subnetIds], ipv6, primaryIpv6, defaultIpv6 };
}

function deviceIndexOf(card: XmlElement): number {
  const text = textAt(card, "attachment", "deviceIndex");
  const index = Number(text);
  if (!Number.isInteger(index) || index < 0 || index >= MOST_DEVICES)
    throw new Error(`invalid deviceIndex ${JSON.stringify(text.slice(0, 40))}`);
  return index;
}

function placeAt(list: string[], index: number, value: string): void {
  while (list.length <= index) list.push("");
  list[index] = value;
}
