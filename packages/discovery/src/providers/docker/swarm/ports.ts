import { integer, record, text, type Read, type RecordOf } from "../../json/shape.ts";

const MAX_UINT32 = 2 ** 32 - 1;

const shape = { Name: text, Protocol: text, PublishedPort: integer(0, MAX_UINT32), PublishMode: text } as const;

/** A port that a service publishes. */
export type PublishedPort = RecordOf<typeof shape>;

/** Reads one. */
export const publishedPort: Read<PublishedPort> = record(shape);

/** Whether metrics may be found there. */
export function isTcp({ Protocol }: PublishedPort): boolean {
  return Protocol === "tcp";
}
