import type { ApiErrorType } from "@ferula/model";
import type { AnswerJob } from "./answer.ts";

/*
 * How the main thread has answers made by another. "open" begins an answer and asks for its first piece; whoever got a piece asks for "more",
 * or ends the answer by "close". Each answer ends with "ended", after which the thread reads nothing of it any more.
 */

/** To the thread that makes answers. */
export type AskingMessage =
  | { readonly type: "open"; readonly id: number; readonly job: AnswerJob }
  | { readonly type: "more" | "close"; readonly id: number };

/** From it. A piece without bytes tells that work is going on. */
export interface AnsweringMessage {
  readonly type: "piece" | "ended";
  readonly id: number;
  readonly bytes?: Uint8Array;
  /** Of an answer that could not be made. */
  readonly failure?: AnswerFailure;
}

/** Why not. */
export interface AnswerFailure {
  readonly errorType: ApiErrorType;
  readonly text: string;
}
