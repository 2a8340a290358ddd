/** The sum of what a server tells of a metric, whatever its labels; 0 when it tells nothing. `authorization` is the header, where it wants one. */
export async function metricValue(url: string, name: string, authorization?: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: authorization === undefined ? {} : { authorization } });
  const values = (await response.text()).matchAll(/^(\w+)(?:\{[^}]*\})? (\S+)$/gm);
  return [...values].reduce((sum, match) => (match[1] === name ? sum + Number(match[2]) : sum), 0);
}
