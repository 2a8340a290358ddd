import { webFileContract } from "@ferula/test-kit";
import { configFolder, run } from "./prometheus.ts";

webFileContract("prometheus", {
  path: "/-/healthy",
  start(flags) {
    const folder = configFolder("global: {}\n").folder;
    return run([
      `--config.file=${folder}/prometheus.yml`,
      `--storage.tsdb.path=${folder}/data`,
      "--web.listen-address=127.0.0.1:0",
      ...flags,
    ]);
  },
});
