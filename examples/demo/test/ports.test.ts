import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { HOST, takenPorts } from "../src/ports.ts";

test("a port that another program holds is named with its flag, a free one is not", async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(0, HOST, resolve));
  const { port } = holder.address() as AddressInfo;
  const taken = await takenPorts([{ flag: "shop", port }]);
  expect(taken).toEqual([{ flag: "shop", port, reason: "another program listens on it" }]);
  await new Promise((resolve) => holder.close(resolve));
  expect(await takenPorts([{ flag: "shop", port }])).toEqual([]);
});
