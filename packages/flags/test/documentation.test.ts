import { expect, test } from "@jest/globals";
import { boolFlag, defineFlags, durationFlag, flagsDocumentation, stringFlag } from "../src/index.ts";

test("the documentation is a page with a table of the flags that are not hidden", () => {
  const definition = defineFlags({
    program: "demo",
    help: "A demo.",
    flags: {
      "config.file": stringFlag({ help: "One of a|b.", default: "a|b.yml", short: "c" }),
      address: stringFlag({ help: "Can be repeated.", default: ["0.0.0.0:1", "[::]:1"], repeatable: true }),
      empty: stringFlag({ help: "No default." }),
      must: stringFlag({ help: "Must be given.", required: true }),
      on: boolFlag({ help: "A switch.", default: true }),
      timeout: durationFlag({ help: "A duration.", default: 300_000, support: "without-effect" }),
      secret: stringFlag({ help: "Hidden.", hidden: true }),
    },
  });
  expect(flagsDocumentation(definition)).toBe(`---
title: demo
---

A demo.


## Flags

| Flag | Description | Default |
| --- | --- | --- |
| <code class="text-nowrap">-h</code>, <code class="text-nowrap">--help</code> | Show this help and exit. |  |
| <code class="text-nowrap">--version</code> | Show the version and exit. |  |
| <code class="text-nowrap">-c</code>, <code class="text-nowrap">--config.file</code> | One of a\\|b. | \`a\\|b.yml\` |
| <code class="text-nowrap">--address</code> <code class="text-nowrap">...</code> | Can be repeated. | \`0.0.0.0:1\` |
| <code class="text-nowrap">--empty</code> | No default. |  |
| <code class="text-nowrap">--must</code> | Must be given. |  |
| <code class="text-nowrap">--on</code> | A switch. | \`true\` |
| <code class="text-nowrap">--timeout</code> | A duration. Accepted, without effect yet. | \`5m\` |


`);
});
