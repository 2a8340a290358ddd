import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The files of a configuration, by their paths within its folder. */
export type Files = Readonly<Record<string, string>>;

/** A configuration with something of everything; its jobs scrape `targetPort` of loopback. */
export function baseFiles(targetPort: number): Files {
  return {
    "prometheus.yml": `global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
  external_labels:
    site: here
rule_files:
  - rules/recorded.yml
  - rules/alerts.yml
scrape_config_files:
  - jobs/*.yml
alerting:
  alert_relabel_configs:
    - source_labels: [severity]
      regex: debug
      action: drop
  alertmanagers:
    - scheme: http
      timeout: 3s
      static_configs:
        - targets: []
scrape_configs:
  - job_name: steady
    metrics_path: /metrics
    honor_labels: false
    sample_limit: 1000
    relabel_configs:
      - source_labels: [__address__]
        regex: (.*):(.*)
        target_label: host
        replacement: $1
        action: replace
    metric_relabel_configs:
      - regex: noise_.*
        action: labeldrop
    static_configs:
      - targets: ["127.0.0.1:${targetPort}"]
        labels:
          env: test
  - job_name: discovered
    scrape_interval: 1s
    body_size_limit: 10MB
    file_sd_configs:
      - files:
          - targets/*.json
        refresh_interval: 5m
`,
    "jobs/further.yml": `scrape_configs:
  - job_name: further
    scrape_interval: 1s
    honor_timestamps: true
    basic_auth:
      username: someone
      password: something
    relabel_configs:
      - source_labels: [__address__]
        modulus: 4
        target_label: shard
        action: hashmod
    static_configs:
      - targets: ["127.0.0.1:${targetPort}"]
`,
    "rules/recorded.yml": `groups:
  - name: recorded
    interval: 1s
    limit: 100
    rules:
      - record: steady:hits
        expr: sum(hits_total)
        labels:
          kind: sum
      - record: steady:up
        expr: up{job="steady"}
`,
    "rules/alerts.yml": `groups:
  - name: alerts
    rules:
      - alert: Quiet
        expr: absent(hits_total)
        for: 5m
        keep_firing_for: 1m
        labels:
          severity: page
        annotations:
          summary: "{{ $labels.job }} is quiet: {{ $value | humanize }}"
  - name: others
    query_offset: 1s
    rules:
      - alert: Down
        expr: up == 0
`,
    "targets/one.json": `[{"targets": ["127.0.0.1:${targetPort}"], "labels": {"from": "file"}}]\n`,
  };
}

/** Makes `file` of the folder anew, whatever lay there before; `make` is given its path. */
export function place(folder: string, file: string, make: (path: string) => void): void {
  const path = join(folder, file);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(dirname(path), { recursive: true });
  make(path);
}

/** Makes `file` of the folder what it is in `files`. */
export function restore(folder: string, file: string, files: Files): void {
  place(folder, file, (path) => writeFileSync(path, files[file]));
}
