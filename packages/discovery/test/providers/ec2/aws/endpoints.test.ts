import { expect, test } from "@jest/globals";
import { endpointOf } from "../../../../src/providers/ec2/aws/endpoints.ts";

test.each([
  { region: "eu-central-1", environment: {}, want: "https://ec2.eu-central-1.amazonaws.com" },
  { region: "cn-north-1", environment: {}, want: "https://ec2.cn-north-1.amazonaws.com.cn" },
  { region: "us-iso-east-1", environment: {}, want: "https://ec2.us-iso-east-1.c2s.ic.gov" },
  { region: "us-isob-east-1", environment: {}, want: "https://ec2.us-isob-east-1.sc2s.sgov.gov" },
  { region: "us-gov-west-1", environment: {}, want: "https://ec2.us-gov-west-1.amazonaws.com" },
  { region: "r", environment: { AWS_ENDPOINT_URL: "http://all" }, want: "http://all" },
  { region: "r", environment: { AWS_ENDPOINT_URL: "http://all", AWS_ENDPOINT_URL_EC2: "http://one" }, want: "http://one" },
  {
    region: "r",
    environment: { AWS_ENDPOINT_URL: "http://all", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
    want: "https://ec2.r.amazonaws.com",
  },
])("$region with $environment is at $want", ({ region, environment, want }) => {
  expect(endpointOf("ec2", region, environment)).toBe(want);
});

test.each(["", "a.evil.example/", "eu_west", "-x"])("%j is no part of a host", (region) => {
  expect(() => endpointOf("ec2", region, {})).toThrow(`invalid AWS region ${JSON.stringify(region)}`);
});
