import { print, type BenchCase } from "../bench.ts";
import { runBusy } from "../busy/run-busy.ts";
import { readOptions } from "../options.ts";

const defaults = {
  queries: 20,
  loginsASecond: 50,
  rules: 1000,
  series: 5000,
  targets: 10,
  targetSeries: 1000,
  warmUpS: 20,
  measureS: 40,
};
const quick = { series: 500, targets: 3, targetSeries: 200, warmUpS: 3, measureS: 5 };

/** How a server bears everything at once. */
export const busy: BenchCase = {
  name: "busy",
  about:
    "how soon /-/healthy is answered, and how late scrapes come, under queries, rules and logins (--quick --queries= --logins-a-second= --rules= --series= --targets= --target-series= --warm-up-s= --measure-s=)",
  async run(args) {
    const options = readOptions(defaults, args, quick);
    const { queries, rules, loginsASecond, targets, targetSeries } = options;
    print(
      `${queries} heavy queries at a time, a group of ${rules} rules, ${loginsASecond} logins with wrong passwords a second, ${targets} targets × ${targetSeries} series each second`,
    );
    await runBusy(options);
  },
};
