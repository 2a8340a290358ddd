import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { MatrixSeries } from "./api.ts";
import { graphColumns } from "./graph.ts";
import { seriesName } from "./series-name.ts";

/** Lines that tell themselves apart on light and on dark ground. */
const COLOURS = ["#228be6", "#f76707", "#2f9e44", "#e03131", "#9c36b5", "#0c8599", "#e8590c", "#6741d9", "#66a80f", "#c2255c"];

const HEIGHT_PX = 420;

/** Draws a matrix into `host`. A gap in a series stays a gap in its line. `onZoom` gets the seconds between which the user dragged. */
export function drawChart(
  host: HTMLElement,
  series: readonly MatrixSeries[],
  stepS: number,
  onZoom: (fromS: number, toS: number) => void,
): () => void {
  const colour = (i: number): string => COLOURS[i % COLOURS.length] ?? "#888";
  const ink = getComputedStyle(host).color;
  const axis = { stroke: ink, grid: { stroke: "#8883" }, ticks: { stroke: "#8883" } };
  const plot = new uPlot(
    {
      width: host.clientWidth,
      height: HEIGHT_PX,
      cursor: { drag: { x: true, y: false, setScale: false } },
      axes: [axis, { ...axis, size: 70, values: (_plot, ticks) => ticks.map(shortNumber) }],
      series: [{}, ...series.map(({ metric }, i) => ({ label: seriesName(metric), stroke: colour(i), width: 1.5, points: { size: 4 } }))],
      hooks: {
        setSelect: [
          (chart) => {
            const { left, width } = chart.select;
            if (width > 4) onZoom(chart.posToVal(left, "x"), chart.posToVal(left + width, "x"));
          },
        ],
      },
    },
    graphColumns(series, stepS),
    host,
  );
  const resize = new ResizeObserver(() => plot.setSize({ width: host.clientWidth, height: HEIGHT_PX }));
  resize.observe(host);
  return () => {
    resize.disconnect();
    plot.destroy();
  };
}

/** 1200 as 1.2k: an axis has little room. */
function shortNumber(value: number): string {
  return new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 }).format(value);
}
