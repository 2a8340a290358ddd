import { expect, test } from "@jest/globals";
import { takeInheritedSockets } from "../../src/server/inherited-sockets.ts";

const PID = 7;

test.each([
  { why: "one", env: { LISTEN_PID: "7", LISTEN_FDS: "1" }, want: [3] },
  { why: "several, with names", env: { LISTEN_PID: "7", LISTEN_FDS: "3", LISTEN_FDNAMES: "a:b:c" }, want: [3, 4, 5] },
])("$why", ({ env, want }) => {
  expect(takeInheritedSockets(env, PID)).toEqual(want);
  // A child of this process must not take them for its own.
  expect(env).toEqual({});
});

test.each([
  { why: "none", env: {} },
  { why: "those of another process", env: { LISTEN_PID: "8", LISTEN_FDS: "1" } },
  { why: "no number", env: { LISTEN_PID: "7", LISTEN_FDS: "many" } },
  { why: "zero", env: { LISTEN_PID: "7", LISTEN_FDS: "0" } },
  { why: "fewer than none", env: { LISTEN_PID: "7", LISTEN_FDS: "-1" } },
])("$why is no socket", ({ env }) => {
  expect(() => takeInheritedSockets(env, PID)).toThrow("no socket activation file descriptors found");
});
