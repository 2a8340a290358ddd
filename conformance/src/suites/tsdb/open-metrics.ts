/** A day and a half of samples in OpenMetrics, as promtool's `create-blocks-from` takes them: more than one block, more than one chunk. */
export function openMetricsText(): string {
  const startS = 1_700_000_000;
  const lines: string[] = ["# TYPE load gauge"];
  for (let i = 0; i < 40; i++) {
    for (let step = 0; step < 600; step++) {
      const value = [step * i, Math.sin(step) * i, step % 50, "NaN", "+Inf", 1e-9 * step][(i + Math.trunc(step / 100)) % 6];
      lines.push(`load{i="${i}",place="${["Köln", "Łódź", "x"][i % 3]}"} ${value} ${startS + step * 200 + i}`);
    }
  }
  lines.push("# TYPE requests counter");
  for (let i = 0; i < 10; i++) {
    for (let step = 0; step < 300; step++) lines.push(`requests_total{code="${i}"} ${step * (i + 1)} ${startS + step * 60}`);
  }
  return `${lines.join("\n")}\n# EOF\n`;
}
