import type { HistogramColumns, SampleColumns } from "@ferula/model";
import { histogramCost, sampleCost, type StepColumn } from "./columns.ts";
import type { Operator, OutputSeries, RangeSource } from "./operators/operator.ts";
import type { PlanNode, RangeNode, VectorNode } from "./plan/nodes.ts";

/** What an operator has done. */
export interface Measures {
  /** Series that it said it would yield; some may have turned out empty. */
  series: number;
  /** How often one of them was read. */
  reads: number;
  /** What these reads yielded; a histogram counts as as many floats as it is large. */
  samples: number;
  /** The room that this takes, with its times. */
  bytes: number;
  /** With the time that its inputs took. */
  seconds: number;
}

/** Watches operators; an evaluation without it pays nothing. */
export interface Analysis {
  readonly watch: (node: VectorNode, operator: Operator) => Operator;
  readonly watchRange: (node: RangeNode, source: RangeSource) => RangeSource;
  /** Undefined of a node that became a part of another one's operator. */
  readonly of: (node: PlanNode) => Readonly<Measures> | undefined;
}

/** A time and a value. */
const SAMPLE_BYTES = 16;

/** An analysis of one evaluation. */
export function createAnalysis(): Analysis {
  const measures = new Map<PlanNode, Measures>();

  function measuresOf(node: PlanNode): Measures {
    let found = measures.get(node);
    if (found === undefined) {
      found = { series: 0, reads: 0, samples: 0, bytes: 0, seconds: 0 };
      measures.set(node, found);
    }
    return found;
  }

  function watchSeries(own: Measures, series: () => readonly OutputSeries[]): () => readonly OutputSeries[] {
    return () => {
      const startedMs = performance.now();
      try {
        const found = series();
        own.series = found.length;
        return found;
      } finally {
        own.seconds += (performance.now() - startedMs) / 1000;
      }
    };
  }

  function watch(node: VectorNode, operator: Operator): Operator {
    const own = measuresOf(node);
    const { stepCount } = node.grid;
    return {
      series: watchSeries(own, operator.series),
      read: (index: number, out: StepColumn) => {
        const startedMs = performance.now();
        operator.read(index, out);
        addRead(own, startedMs, sampleCost(out, stepCount));
      },
    };
  }

  function watchRange(node: RangeNode, source: RangeSource): RangeSource {
    const own = measuresOf(node);
    return {
      series: watchSeries(own, source.series),
      read: (index: number, out: SampleColumns, histograms: HistogramColumns) => {
        const startedMs = performance.now();
        source.read(index, out, histograms);
        let samples = out.length;
        for (let i = 0; i < histograms.length; i++) samples += histogramCost(histograms.histograms[i]);
        addRead(own, startedMs, samples);
      },
    };
  }

  return { watch, watchRange, of: (node) => measures.get(node) };
}

function addRead(own: Measures, startedMs: number, samples: number): void {
  own.seconds += (performance.now() - startedMs) / 1000;
  own.reads++;
  own.samples += samples;
  own.bytes += samples * SAMPLE_BYTES;
}
