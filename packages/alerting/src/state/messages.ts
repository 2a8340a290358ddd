import protobuf from "protobufjs";

/*
 * The messages of the files `silences` and `nflog`, as upstream writes them (silence/silencepb, nflog/nflogpb): what an Alertmanager of
 * ours leaves behind, one of upstream's reads, and the other way round. Fields that are not named here are lost when a record is written
 * again.
 */
const messages: protobuf.INamespace = {
  nested: {
    Timestamp: { fields: { seconds: { type: "int64", id: 1 }, nanos: { type: "int32", id: 2 } } },
    Matcher: { fields: { type: { type: "int32", id: 1 }, name: { type: "string", id: 2 }, pattern: { type: "string", id: 3 } } },
    MatcherSet: { fields: { matchers: { rule: "repeated", type: "Matcher", id: 1 } } },
    Comment: { fields: { author: { type: "string", id: 1 }, comment: { type: "string", id: 2 }, timestamp: { type: "Timestamp", id: 3 } } },
    // What a map is on the wire; as a list it can hold any name, `__proto__` too.
    Annotation: { fields: { name: { type: "string", id: 1 }, value: { type: "string", id: 2 } } },
    Silence: {
      fields: {
        id: { type: "string", id: 1 },
        // Older readers know field 2 only: it repeats the first set of field 11.
        matchers: { rule: "repeated", type: "Matcher", id: 2 },
        startsAt: { type: "Timestamp", id: 3 },
        endsAt: { type: "Timestamp", id: 4 },
        updatedAt: { type: "Timestamp", id: 5 },
        comments: { rule: "repeated", type: "Comment", id: 7 },
        createdBy: { type: "string", id: 8 },
        comment: { type: "string", id: 9 },
        annotations: { rule: "repeated", type: "Annotation", id: 10 },
        matcherSets: { rule: "repeated", type: "MatcherSet", id: 11 },
      },
    },
    MeshSilence: { fields: { silence: { type: "Silence", id: 1 }, expiresAt: { type: "Timestamp", id: 2 } } },
    Receiver: { fields: { groupName: { type: "string", id: 1 }, integration: { type: "string", id: 2 }, idx: { type: "uint32", id: 3 } } },
    Entry: {
      fields: {
        groupKey: { type: "bytes", id: 1 },
        receiver: { type: "Receiver", id: 2 },
        groupHash: { type: "bytes", id: 3 },
        resolved: { type: "bool", id: 4 },
        timestamp: { type: "Timestamp", id: 5 },
        firingAlerts: { rule: "repeated", type: "uint64", id: 6, options: { packed: true } },
        resolvedAlerts: { rule: "repeated", type: "uint64", id: 7, options: { packed: true } },
      },
    },
    MeshEntry: { fields: { entry: { type: "Entry", id: 1 }, expiresAt: { type: "Timestamp", id: 2 } } },
  },
};

const root = protobuf.Root.fromJSON(messages);

export interface TimestampMessage {
  /** A number to write, text as it is read: protobufjs gives 64 bits so. */
  readonly seconds: number | string;
  readonly nanos: number;
}

export interface MatcherMessage {
  /** 0 `=`, 1 `=~`, 2 `!=`, 3 `!~`. */
  readonly type: number;
  readonly name: string;
  readonly pattern: string;
}

/** A message that a broken record lacks is null. */
export interface MeshSilenceMessage {
  readonly silence: {
    readonly id: string;
    readonly matchers: readonly MatcherMessage[];
    readonly startsAt: TimestampMessage | null;
    readonly endsAt: TimestampMessage | null;
    readonly updatedAt: TimestampMessage | null;
    readonly comments?: readonly { readonly author: string; readonly comment: string }[];
    readonly createdBy: string;
    readonly comment: string;
    readonly annotations: readonly { readonly name: string; readonly value: string }[];
    readonly matcherSets: readonly { readonly matchers: readonly MatcherMessage[] }[];
  } | null;
  readonly expiresAt: TimestampMessage | null;
}

export interface MeshEntryMessage {
  readonly entry: {
    readonly groupKey: Uint8Array;
    readonly receiver: { readonly groupName: string; readonly integration: string; readonly idx: number } | null;
    readonly timestamp: TimestampMessage | null;
    /** Hashes in decimal digits, as they take all of 64 bits. */
    readonly firingAlerts: readonly string[];
    readonly resolvedAlerts: readonly string[];
  } | null;
  readonly expiresAt: TimestampMessage | null;
}

/** Encodes and decodes one kind of record; `decode` throws on bytes that aren't one. */
export interface RecordCodec<Entry> {
  readonly encode: (entry: Entry) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Entry;
}

function codec<Message>(name: string): RecordCodec<Message> {
  const type = root.lookupType(name);
  return {
    encode: (message) => type.encode(type.fromObject(message as Record<string, unknown>)).finish(),
    decode: (bytes) => type.toObject(type.decode(bytes), { defaults: true, longs: String }) as Message,
  };
}

export const meshSilenceCodec: RecordCodec<MeshSilenceMessage> = codec("MeshSilence");
export const meshEntryCodec: RecordCodec<MeshEntryMessage> = codec("MeshEntry");

/** Milliseconds as seconds and nanoseconds. */
export function toTimestamp(ms: number): TimestampMessage {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: Math.floor((ms - seconds * 1000) * 1e6) };
}

/** Seconds and nanoseconds as whole milliseconds. Throws when there are none. */
export function fromTimestamp(timestamp: TimestampMessage | null): number {
  if (timestamp === null) throw new Error("a time is missing");
  return Number(timestamp.seconds) * 1000 + Math.floor(timestamp.nanos / 1e6);
}
