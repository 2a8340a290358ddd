import { describe } from "@jest/globals";
import type { WebFileProgram } from "./fixture.ts";
import { plainRules } from "./plain-rules.ts";
import { tlsRules } from "./tls-rules.ts";

export type { WebFileProgram } from "./fixture.ts";

/**
 * What every program that takes `--web.config.file` must do with it, as a jest suite called `name`: users, headers, the rate limit, TLS,
 * HTTP/2 and client certificates, on real sockets, and all of it changed while the program serves.
 */
export function webFileContract(name: string, program: WebFileProgram): void {
  describe(`${name} keeps the web file contract`, () => {
    plainRules(program);
    tlsRules(program);
  });
}
