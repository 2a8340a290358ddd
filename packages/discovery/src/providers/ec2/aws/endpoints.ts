import { isSwitchedOn, variable, type AwsEnvironment } from "./environment.ts";

/** The services that are asked, as signatures and host names call them. */
export type AwsService = "ec2" | "sts";

/** Regions whose hosts stand in another domain than Amazon's usual one, by how their names begin. */
const DOMAINS: readonly (readonly [prefix: string, domain: string])[] = [
  ["cn-", "amazonaws.com.cn"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["eusc-", "amazonaws.eu"],
];

/** The URL of a service in a region; the environment may name another, for all services or for one. Throws when the region is no part of a host. */
export function endpointOf(service: AwsService, region: string, environment: AwsEnvironment): string {
  if (!isSwitchedOn(environment, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
    const given = variable(environment, `AWS_ENDPOINT_URL_${service.toUpperCase()}`, "AWS_ENDPOINT_URL");
    if (given !== "") return given;
  }
  if (!/^[a-z\d]([a-z\d-]{0,61}[a-z\d])?$/i.test(region)) throw new Error(`invalid AWS region ${JSON.stringify(region)}`);
  const [, domain] = DOMAINS.find(([prefix]) => region.startsWith(prefix)) ?? ["", "amazonaws.com"];
  return `https://${service}.${region}.${domain}`;
}
