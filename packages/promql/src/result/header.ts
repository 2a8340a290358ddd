import type { ResultSink, ResultType } from "./sink.ts";

/** What there is to know of a result besides its series. */
export interface ResultHeader {
  type: ResultType;
  /** The text of a string result. */
  text: string;
}

/** The header of a result that has not begun. */
export function emptyHeader(): ResultHeader {
  return { type: "vector", text: "" };
}

/** The sink, with the type and text of the result noted on the way. */
export function noting(sink: ResultSink, header: ResultHeader): ResultSink {
  return {
    ...sink,
    begin: (type, grid) => {
      header.type = type;
      sink.begin(type, grid);
    },
    text: (timeMs, text) => {
      header.text = text;
      sink.text(timeMs, text);
    },
  };
}
