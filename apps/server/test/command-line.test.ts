import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { configFolder, run } from "./prometheus.ts";

describe("the program ends at once, and says why", () => {
  test.each([
    { flags: ["--nope"], code: 1, stderr: "unknown long flag '--nope'" },
    { flags: ["--query.timeout"], code: 1, stderr: "expected argument for flag '--query.timeout'" },
    { flags: ["--query.timeout=soon"], code: 2, stderr: "soon" },
    { flags: ["--config.file=/nope/prometheus.yml"], code: 2, stderr: "/nope/prometheus.yml" },
    { flags: ["--agent"], code: 2, stderr: "flag '--agent' is not supported yet" },
    { flags: ["--storage.agent.path=x"], code: 3, stderr: 'can only be used in agent mode: ["--storage.agent.path"]' },
    { flags: ["--web.cors.origin=("], code: 2, stderr: '--web.cors.origin: could not compile CORS regex string "("' },
    { flags: ["--web.external-url=x y"], code: 2, stderr: '--web.external-url="x y"' },
  ])("for $flags with $code", async ({ flags, code, stderr }) => {
    const program = await run(flags);
    expect((await program.exited).code).toBe(code);
    expect(program.stderr()).toContain(stderr);
  });

  test.each([
    {
      text: "global:\n  scrape_intervall: 1m\nremote_write:\n  - url: 1\n    name: []\n",
      why: "with mistakes",
      told: [":2:3: global.scrape_intervall: field scrape_intervall not found", ":5:11: remote_write[0].name: cannot unmarshal"],
    },
    {
      text: "remote_write:\n  - url: http://x\n",
      why: "that asks for what can't be done yet",
      told: [":2:3: remote_write: remote write is not supported yet"],
    },
  ])("for a configuration $why with 2, naming file, line and field of each", async ({ text, told }) => {
    const { file, folder } = configFolder(text);
    const program = await run([`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`]);
    expect((await program.exited).code).toBe(2);
    for (const one of told) expect(program.stderr()).toContain(file + one);
  });

  test("for a certificate that isn't there with 1, naming it, and lets go of its data", async () => {
    const { folder, file } = configFolder("scrape_configs: [{job_name: j, tls_config: {ca_file: nope.pem}}]\n");
    const flags = [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, "--web.listen-address=127.0.0.1:0", "--query.workers=1"];
    for (let again = 0; again < 2; again++) {
      const program = await run(flags);
      expect((await program.exited).code).toBe(1);
      expect(program.stderr()).toContain(`${folder}/nope.pem`);
      expect(program.stderr()).not.toContain("lock");
    }
  });

  test("for a rule file with mistakes with 2", async () => {
    const { folder, file } = configFolder("rule_files: [prometheus.yml]\n");
    const program = await run([`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`]);
    expect((await program.exited).code).toBe(2);
    expect(program.stderr()).toContain(`${file}: 1:1: rule_files: field rule_files not found`);
  });

  test("for a port that is taken with 1, and lets go of its data", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    try {
      const address = `127.0.0.1:${(other.address() as AddressInfo).port}`;
      const { folder, file } = configFolder("");
      const flags = [`--config.file=${file}`, `--storage.tsdb.path=${join(folder, "data")}`, `--web.listen-address=${address}`];
      for (let again = 0; again < 2; again++) {
        const program = await run(flags);
        expect((await program.exited).code).toBe(1);
        expect(program.stderr()).toContain(
          `cannot listen on ${address}: the port is in use by another program; choose another with --web.listen-address`,
        );
      }
    } finally {
      other.close();
    }
  });

  test("for data that another server has with 1", async () => {
    const { folder, file } = configFolder("");
    const flags = [`--config.file=${file}`, `--storage.tsdb.path=${folder}/data`, "--web.listen-address=127.0.0.1:0", "--query.workers=1"];
    const first = await run(flags);
    await first.waitForLine("Server is ready");
    const second = await run(flags);
    expect((await second.exited).code).toBe(1);
    expect(second.stderr()).toContain("lock");
    expect(await first.kill()).toEqual({ code: 0, signal: null });
  });

  test("for --version and --help with 0", async () => {
    const version = await run(["--version"]);
    expect((await version.exited).code).toBe(0);
    expect(version.stdout()).toMatch(/^prometheus, version 3\.14\.0 \(branch: ferula-/);
    const help = await run(["--help"]);
    expect((await help.exited).code).toBe(0);
    expect(help.stdout() + help.stderr()).toContain("--storage.tsdb.path");
  });
});

test("--write-documentation prints the command line as a page, and nothing is started", async () => {
  const program = await run(["--write-documentation", "--config.file=/nope/prometheus.yml"]);
  expect((await program.exited).code).toBe(0);
  expect(program.stdout()).toMatch(/^---\ntitle: prometheus\n---\n/);
  expect(program.stdout()).toContain(
    '| <code class="text-nowrap">--config.file</code> | Prometheus configuration file path. | `prometheus.yml` |\n',
  );
  expect(program.stdout()).not.toContain("--write-documentation");
});
