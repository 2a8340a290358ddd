import { expect, test } from "@jest/globals";
import { AwsV4Signer } from "aws4fetch";

/** The keys and the time of Amazon's published test suite for signatures of version 4. */
const SUITE = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "service",
  datetime: "20150830T123600Z",
};

test.each([
  {
    why: "get-vanilla",
    request: { method: "GET", url: "https://example.amazonaws.com/" },
    signed: "host;x-amz-date",
    signature: "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    why: "get-vanilla-query-order-key-case",
    request: { method: "GET", url: "https://example.amazonaws.com/?Param2=value2&Param1=value1" },
    signed: "host;x-amz-date",
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
  },
  {
    why: "post-vanilla",
    request: { method: "POST", url: "https://example.amazonaws.com/" },
    signed: "host;x-amz-date",
    signature: "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
  },
  {
    why: "post-x-www-form-urlencoded",
    request: {
      method: "POST",
      url: "https://example.amazonaws.com/",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "Param1=value1",
      allHeaders: true,
    },
    signed: "content-type;host;x-amz-date",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
  },
])("the library signs as Amazon's test suite has it: $why", async ({ request, signed, signature }) => {
  const { headers } = await new AwsV4Signer({ ...SUITE, ...request }).sign();
  expect(headers.get("authorization")).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signed}, Signature=${signature}`,
  );
});
