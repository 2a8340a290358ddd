import { print, type BenchCase } from "../bench.ts";
import { readOptions } from "../options.ts";
import { runBlockQueries } from "../query/block-case.ts";
import { runHeadQueries } from "../query/head-case.ts";

const defaults = { series: 5000, nodes: 10, targets: 10, headSeries: 5000, fillS: 90, rounds: 7, loopS: 30 };
const quick = { series: 500, nodes: 2, targets: 2, headSeries: 500, fillS: 10, rounds: 2, loopS: 3 };

/** What queries of blocks and of the newest samples cost, beside a peer that has the same. */
export const query: BenchCase = {
  name: "query",
  about:
    "wall and CPU time of queries, ours and Debian's prometheus in turn (--quick --series= --nodes= --targets= --head-series= --fill-s= --rounds= --loop-s=)",
  async run(args) {
    const options = readOptions(defaults, args, quick);
    print(`${options.rounds} rounds; medians a query`);
    await runBlockQueries(options);
    await runHeadQueries(options);
  },
};
