import { expect, test } from "@jest/globals";
import { readEngineAddress } from "../../../src/providers/docker/engine-address.ts";

const LOCAL = { baseUrl: "http://api.moby.localhost", isWeb: false };

test.each([
  { host: "unix:///var/run/docker.sock", want: { ...LOCAL, socketPath: "/var/run/docker.sock" } },
  { host: "unix://docker.sock", want: { ...LOCAL, socketPath: "docker.sock" } },
  { host: "unix://@docker", want: { ...LOCAL, socketPath: "\0docker" } },
  { host: "tcp://10.0.0.1:2375", want: { baseUrl: "http://10.0.0.1:2375", isWeb: false } },
  { host: "tcp://[fd00::1]:2375/engine/", want: { baseUrl: "http://[fd00::1]:2375/engine", isWeb: false } },
  { host: "dial://box:1", want: { baseUrl: "http://box:1", isWeb: false } },
  { host: "http://box:2375/?a#b", want: { baseUrl: "http://box:2375", isWeb: true } },
  { host: "HTTPS://box", want: { baseUrl: "HTTPS://box", isWeb: true } },
])("$host is asked at $want.baseUrl", ({ host, want }) => {
  expect(readEngineAddress(host)).toEqual({ socketPath: undefined, ...want });
});
