/** A program of the stack. Every port is on loopback. */
export interface Service {
  readonly name: string;
  /** What its page shows, for the table of URLs; a service without a port has none. */
  readonly shows: string;
  /** Ports with the name of the flag that changes them; the first is that of the page. */
  readonly ports: readonly Port[];
  /** The path of the page. */
  readonly path: string;
  /** The program, relative to the root of the repository. */
  readonly program: string;
  /** Its arguments; `at` gives the address of a port by its flag, `config` and `data` are folders. */
  readonly args: (at: (flag: string) => string, config: string, data: string) => readonly string[];
}

export interface Port {
  /** The flag of the demo that changes it: `--port.<flag>`. */
  readonly flag: string;
  readonly port: number;
}

/** In the order in which they are started: what sends comes after what receives. */
export const services: readonly Service[] = [
  {
    name: "mailbox",
    shows: "the e-mails and webhooks of the alerts",
    ports: [
      { flag: "mailbox", port: 8025 },
      { flag: "smtp", port: 1025 },
    ],
    path: "/",
    program: "examples/mailbox/bin/mailbox.js",
    args: (at) => [`--web.listen-address=${at("mailbox")}`, `--smtp.listen-address=${at("smtp")}`],
  },
  {
    name: "alertmanager",
    shows: "alerts, groups and silences (its API so far)",
    ports: [{ flag: "alertmanager", port: 9093 }],
    path: "/",
    program: "apps/alertmanager/bin/alertmanager.js",
    args: (at, config, data) => [
      `--config.file=${config}/alertmanager.yml`,
      `--storage.path=${data}/alertmanager`,
      `--web.listen-address=${at("alertmanager")}`,
      `--web.external-url=http://${at("alertmanager")}`,
      "--cluster.listen-address=",
    ],
  },
  {
    name: "pushgateway",
    shows: "what the batch job pushed",
    ports: [{ flag: "pushgateway", port: 9091 }],
    path: "/",
    program: "apps/pushgateway/bin/pushgateway.js",
    args: (at, _config, data) => [`--web.listen-address=${at("pushgateway")}`, `--persistence.file=${data}/pushgateway`],
  },
  {
    name: "node_exporter",
    shows: "this machine: processors, memory, disks, network",
    ports: [{ flag: "node", port: 9100 }],
    path: "/metrics",
    program: "apps/node-exporter/bin/node_exporter.js",
    args: (at) => [`--web.listen-address=${at("node")}`],
  },
  {
    name: "blackbox_exporter",
    shows: "probes of the shop and the mailbox from outside",
    ports: [{ flag: "blackbox", port: 9115 }],
    path: "/",
    program: "apps/blackbox-exporter/bin/blackbox_exporter.js",
    args: (at, config) => [`--config.file=${config}/blackbox.yml`, `--web.listen-address=${at("blackbox")}`],
  },
  {
    name: "web-shop",
    shows: "a small shop with customers, and outages now and then",
    ports: [{ flag: "shop", port: 8080 }],
    path: "/metrics",
    program: "examples/web-shop/bin/web-shop.js",
    args: (at) => [`--web.listen-address=${at("shop")}`],
  },
  {
    name: "prometheus",
    shows: "queries, graphs, targets, rules and alerts",
    ports: [{ flag: "prometheus", port: 9090 }],
    path: "/query",
    program: "apps/server/bin/prometheus.js",
    args: (at, config, data) => [
      `--config.file=${config}/prometheus.yml`,
      `--storage.tsdb.path=${data}/prometheus`,
      `--web.listen-address=${at("prometheus")}`,
      `--web.external-url=http://${at("prometheus")}`,
      "--web.enable-lifecycle",
    ],
  },
  {
    name: "batch-job",
    shows: "",
    ports: [],
    path: "",
    program: "examples/batch-job/bin/batch-job.js",
    args: (at) => [`--pushgateway=http://${at("pushgateway")}`],
  },
];
