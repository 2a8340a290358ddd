import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What the target exposes: a family of each kind, an exemplar, markup in a label. */
const METRICS = `# HELP requests Requests <served> & answered.
# TYPE requests counter
requests_total{path="</script><b>&"} 7 # {trace_id="a<b>&c"} 0.5
requests_created{path="</script><b>&"} 1
# HELP temperature_celsius How warm it is.
# TYPE temperature_celsius gauge
# UNIT temperature_celsius celsius
temperature_celsius{room="a"} 20.5
temperature_celsius{room="b"} -3
# TYPE latency_seconds histogram
# UNIT latency_seconds seconds
latency_seconds_bucket{le="0.1"} 3 # {trace_id="one"} 0.05
latency_seconds_bucket{le="1.0"} 5
latency_seconds_bucket{le="+Inf"} 6
latency_seconds_count 6
latency_seconds_sum 9.5
# TYPE sizes_bytes summary
# UNIT sizes_bytes bytes
sizes_bytes{quantile="0.5"} 100
sizes_bytes_count 4
sizes_bytes_sum 420
# TYPE build info
build_info{version="1.2"} 1
# TYPE state stateset
state{state="on"} 1
state{state="off"} 0
# TYPE odd unknown
odd{kind="nan"} NaN
odd{kind="inf"} +Inf
# EOF
`;

const OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** Something that runs in this process until it is closed. */
export interface Local {
  /** `host:port`. */
  readonly address: string;
  readonly close: () => void;
}

/** Answers every request alike, so it is a target to scrape and an Alertmanager to post to. */
export async function startTarget(): Promise<Local> {
  const server = createServer((req, res) => {
    req.resume();
    res.setHeader("content-type", OPEN_METRICS);
    res.end(METRICS);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
