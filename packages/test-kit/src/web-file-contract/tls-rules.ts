import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { Agent } from "node:https";
import { join } from "node:path";
import { connect as tlsConnect } from "node:tls";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { tempFolder } from "../temp-folder.ts";
import { makeCertificates, serveProgram, type Certificates, type ServedProgram, type WebFileProgram } from "./fixture.ts";
import { ask, askHttp2, statusOf, type Answer } from "./talk.ts";
import { JOE } from "./users.ts";

const BOTH_PROTOCOLS = [
  { protocol: "HTTP/1.1", send: ask },
  { protocol: "HTTP/2", send: askHttp2 },
];

/** Handshakes. The program is started once: its file and its certificates are what changes. */
export function tlsRules(program: WebFileProgram): void {
  describe("with TLS", () => {
    let known: Certificates;
    let served: ServedProgram;
    let folder: string;
    const inFolder = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    /** The section with the server's own certificate, and more keys of it. */
    const tls = (more: string = ""): string => `tls_server_config: {cert_file: ${folder}/cert.pem, key_file: ${folder}/key.pem${more}}\n`;
    const clientAuth = (type: string, more: string = ""): string =>
      tls(`, client_auth_type: ${type}, client_ca_file: ${folder}/ca.pem${more}`);
    const writeCertificate = ({ cert, key }: { readonly cert: string; readonly key: string }): void => {
      inFolder("key.pem", key);
      inFolder("cert.pem", cert);
    };

    beforeAll(async () => {
      known = await makeCertificates();
      folder = tempFolder();
      inFolder("ca.pem", known.authority.cert);
      writeCertificate(known.server);
      served = await serveProgram(program, tls());
    });

    test("it is logged that TLS and HTTP/2 are on", async () => {
      expect(await served.process.waitForLine("TLS is enabled.")).toContain("http2=true");
    });

    test.each(BOTH_PROTOCOLS)("$protocol is spoken, with users as ever", async ({ send }) => {
      served.write(tls());
      const ca = known.authority.cert;
      expect(statusOf(await send(served, { ca }))).toBe(200);
      served.write(`${tls()}basic_auth_users: {joe: ${JOE}}`);
      const statuses = [
        await send(served, { ca }),
        await send(served, { ca, login: "joe:secret" }),
        await send(served, { ca, login: "joe:no" }),
      ];
      expect(statuses.map(statusOf)).toEqual([401, 200, 401]);
    });

    test("HTTP/2 that is off is not spoken", async () => {
      served.write(`${tls()}http_server_config: {http2: false}`);
      const ca = known.authority.cert;
      expect([await ask(served, { ca }), await askHttp2(served, { ca })].map(statusOf)).toEqual([200, "refused"]);
    });

    test("plain HTTP is told that it is the wrong door", async () => {
      served.write(tls());
      const said = await new Promise<string>((resolve) => {
        let text = "";
        connect(served.port, served.host, function (this: ReturnType<typeof connect>) {
          this.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        })
          .on("data", (chunk) => (text += chunk.toString()))
          .on("close", () => resolve(text));
      });
      expect(said).toBe("HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n");
    });

    test.each([
      { type: "NoClientCert", want: { none: 200, right: 200, wrong: 200, expired: 200 } },
      { type: "RequestClientCert", want: { none: 200, right: 200, wrong: 200, expired: 200 } },
      { type: "RequireAnyClientCert", want: { none: "refused", right: 200, wrong: 200, expired: 200 } },
      { type: "RequireClientCert", want: { none: "refused", right: 200, wrong: 200, expired: 200 } },
      { type: "VerifyClientCertIfGiven", want: { none: 200, right: 200, wrong: "refused", expired: "refused" } },
      { type: "RequireAndVerifyClientCert", want: { none: "refused", right: 200, wrong: "refused", expired: "refused" } },
    ])("$type: $want", async ({ type, want }) => {
      served.write(type === "NoClientCert" ? tls(", client_auth_type: NoClientCert") : clientAuth(type));
      const ca = known.authority.cert;
      const outcome = async (answer: Promise<Answer>): Promise<number | "refused"> => statusOf(await answer);
      expect({
        none: await outcome(ask(served, { ca })),
        right: await outcome(ask(served, { ca, certificate: known.right })),
        wrong: await outcome(ask(served, { ca, certificate: known.wrong })),
        expired: await outcome(ask(served, { ca, certificate: known.expired })),
      }).toEqual(want);
      expect(await outcome(askHttp2(served, { ca, certificate: known.right }))).toBe(want.right);
      expect(await outcome(askHttp2(served, { ca, certificate: known.wrong }))).toBe(want.wrong);
    });

    test.each([
      { sans: "[other.example, client.example]", want: 200 },
      { sans: "[10.0.0.1]", want: 200 },
      { sans: "[example]", want: "refused" },
      { sans: "[CLIENT.example]", want: "refused" },
      { sans: "[]", want: "refused" },
    ])("a client of these names, where $sans are allowed: $want", async ({ sans, want }) => {
      for (const type of ["RequireAnyClientCert", "RequireAndVerifyClientCert"]) {
        served.write(clientAuth(type, `, client_allowed_sans: ${sans}`));
        expect(statusOf(await ask(served, { ca: known.authority.cert, certificate: known.right }))).toBe(want);
      }
    });

    test("a renewed certificate is shown at the next handshake, and old connections live on", async () => {
      served.write(tls());
      const ca = known.authority.cert;
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const sockets = new Set<unknown>();
      agent.on("free", (socket) => sockets.add(socket));
      expect(statusOf(await ask(served, { ca, agent }))).toBe(200);
      writeCertificate(await known.authority.issue(["127.0.0.1", "renewed.example"]));
      expect(await shownNames(served, ca)).toContain("renewed.example");
      expect(statusOf(await ask(served, { ca, agent }))).toBe(200);
      expect(sockets.size).toBe(1);
      agent.destroy();
      // Half a renewal: the one before stays until the other half is there.
      inFolder("key.pem", known.server.key);
      expect(await shownNames(served, ca)).toContain("renewed.example");
      inFolder("cert.pem", known.server.cert);
      expect(await shownNames(served, ca)).not.toContain("renewed.example");
    });
  });
}

/** The names in the certificate that a new client is shown. */
function shownNames({ host, port }: ServedProgram, ca: string): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ host, port, ca }, () => {
      resolve(socket.getPeerCertificate().subjectaltname);
      socket.destroy();
    });
    socket.on("error", reject);
  });
}
