import { parseGoFloat } from "@ferula/durations";

/** The number that Go's strconv.ParseFloat reads in the whole of `text`, or undefined where that refuses; `parseGoFloat` tells why. */
export function parseFloatText(text: string): number | undefined {
  const value = parseGoFloat(text);
  return typeof value === "number" ? value : undefined;
}
