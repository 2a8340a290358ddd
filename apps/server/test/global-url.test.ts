import { expect, test } from "@jest/globals";
import { globalUrl } from "../src/global-url.ts";

const own = { externalUrl: "https://prometheus.example/prom", listenAddresses: ["0.0.0.0:9090"] };

test.each([
  { url: "http://db.example:9100/metrics?x=1", want: "http://db.example:9100/metrics?x=1", why: "a host with a name of its own stays" },
  { url: "http://web.1:9100/metrics", want: "http://web.1:9100/metrics", why: "a name may end in a number" },
  { url: "http://localhost:99999/metrics", want: "http://localhost:99999/metrics", why: "what can't be asked is shown as it is" },
  {
    url: "http://localhost:9100/metrics",
    want: "http://prometheus.example:9100/metrics",
    why: "a neighbour is on the host of the external URL",
  },
  {
    url: "http://127.0.0.1:9090/prom/metrics",
    want: "https://prometheus.example/prom/metrics",
    why: "the server itself is at its external URL",
  },
  { url: "http://[::1]:9100/metrics", want: "http://prometheus.example:9100/metrics", why: "IPv6 has a local host too" },
  { url: "http://localhost/metrics", want: "http://prometheus.example/metrics", why: "no port is none of ours" },
])("$why", ({ url, want }) => {
  expect(globalUrl(url, own)).toBe(want);
});
