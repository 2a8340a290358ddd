import type { MetricMetadata } from "@ferula/model";
import { grown } from "../head/grown.ts";

/**
 * What is known of series, each set of type, unit and help once: there are about as many as metrics, however many series they have. Numbered
 * from 1; one that no series has any more is forgotten.
 */
export class MetadataKinds {
  private readonly numbers = new Map<string, number>();
  private readonly kinds: (MetricMetadata | undefined)[] = [undefined];
  private users: Uint32Array = new Uint32Array(16);
  private readonly free: number[] = [];

  /** How many there are. */
  get count(): number {
    return this.numbers.size;
  }

  /** The metadata with this number, which is in use. */
  at(kind: number): MetricMetadata | undefined {
    return this.kinds[kind];
  }

  /** The number of this metadata, made when it is new; it has one user more. */
  acquire(metadata: MetricMetadata): number {
    const key = keyOf(metadata);
    const kind = this.numbers.get(key) ?? this.create(key, metadata);
    this.users[kind]++;
    return kind;
  }

  /** Says that one user less has it. 0 is none. */
  release(kind: number): void {
    const metadata = this.kinds[kind];
    if (metadata === undefined || --this.users[kind] > 0) return;
    this.numbers.delete(keyOf(metadata));
    this.kinds[kind] = undefined;
    this.free.push(kind);
  }

  private create(key: string, { type, unit, help }: MetricMetadata): number {
    const kind = this.free.pop() ?? this.kinds.length;
    if (kind === this.users.length) this.users = grown(this.users, new Uint32Array(kind * 2));
    this.kinds[kind] = { type, unit, help };
    this.numbers.set(key, kind);
    return kind;
  }
}

function keyOf({ type, unit, help }: MetricMetadata): string {
  return `${type} ${unit.length} ${unit}${help}`;
}
