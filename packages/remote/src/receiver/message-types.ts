/** The messages that remote write sends, by their full names in protobuf. */
export const messageTypes = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"] as const;

/** One of them: of remote write 1.0 or 2.0. */
export type MessageType = (typeof messageTypes)[number];

const MEDIA_TYPE = "application/x-protobuf";
const PARAMETERS = "as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values, got";

/** Reads names of messages, each at most once, as `--web.remote-write-receiver.accepted-protobuf-messages` takes them. Throws RangeError. */
export function readMessageTypes(names: readonly string[]): readonly MessageType[] {
  const types: MessageType[] = [];
  for (const name of names) {
    const type = messageTypeOf(name);
    if (type === undefined) throw new RangeError(unknownType(name));
    if (types.includes(type)) throw new RangeError(`duplicated ${type} flag value, got ${types.join(", ")} already`);
    types.push(type);
  }
  return types;
}

/**
 * The message that a body of this Content-Type holds, which may be missing: then it is that of 1.0. What it can't be is told as a text, in
 * the words of upstream (client_golang `exp/api/remote`).
 */
export function readContentType(given: string | undefined): MessageType | { readonly refusal: string } {
  const contentType = (given === undefined || given === "" ? MEDIA_TYPE : given).trim();
  const [media, ...parameters] = contentType.split(";");
  if (media !== MEDIA_TYPE) return { refusal: `expected ${MEDIA_TYPE} as the first (media) part, got ${contentType} content-type` };
  for (const parameter of parameters) {
    const pair = parameter.split("=");
    if (pair.length !== 2) return { refusal: `${PARAMETERS} ${parameter} in ${contentType} content-type` };
    if (pair[0] === "proto") return messageTypeOf(pair[1]) ?? { refusal: `got ${contentType} content type; ${unknownType(pair[1])}` };
  }
  return "prometheus.WriteRequest";
}

function messageTypeOf(name: string): MessageType | undefined {
  return messageTypes.find((type) => type === name);
}

function unknownType(name: string): string {
  return `unknown type for remote write protobuf message ${name}, supported: ${messageTypes.join(", ")}`;
}
