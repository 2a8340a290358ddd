/** The sum of what a server tells of a metric, whatever its labels; 0 when it tells nothing. */
export async function metricValue(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const values = text.matchAll(/^(\w+)(?:\{[^}]*\})? (\S+)$/gm);
  return [...values].reduce((sum, match) => (match[1] === name ? sum + Number(match[2]) : sum), 0);
}
