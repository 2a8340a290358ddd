import { compareUtf8 } from "@ferula/bytes";
import { emptyLabels, type Labels } from "./labels.ts";

/** Edits a label set: start from `base`, set and delete, take the result with `labels()`. */
export class LabelsBuilder {
  private base: Labels;
  /** Edits since `base`; an empty value is a deletion. */
  private readonly edits: Map<string, string> = new Map();

  constructor(base: Labels = emptyLabels) {
    this.base = base;
  }

  /** Starts again from `base`, for callers that build many sets. */
  reset(base: Labels = emptyLabels): this {
    this.base = base;
    this.edits.clear();
    return this;
  }

  /** Sets the label `name`; an empty value deletes it. */
  set(name: string, value: string): this {
    this.edits.set(name, value);
    return this;
  }

  /** Deletes the label `name`; that it isn't there is no error. */
  delete(name: string): this {
    this.edits.set(name, "");
    return this;
  }

  /** Deletes all labels but those named. */
  keep(names: readonly string[]): this {
    for (const name of this.names()) if (!names.includes(name)) this.delete(name);
    return this;
  }

  /** The value of the label `name` as it stands, or "". */
  get(name: string): string {
    const edited = this.edits.get(name);
    if (edited !== undefined) return edited;
    for (let i = 0; i < this.base.length; i += 2) if (this.base[i] === name) return this.base[i + 1];
    return "";
  }

  /** The names of the labels as they stand, those of the base first; a copy that edits don't change. */
  names(): string[] {
    const names: string[] = [];
    for (let i = 0; i < this.base.length; i += 2) if (this.edits.get(this.base[i]) !== "") names.push(this.base[i]);
    for (const [name, value] of this.edits) if (value !== "" && !this.inBase(name)) names.push(name);
    return names;
  }

  /** The label set as it stands. Without edits it is the base itself. */
  labels(): Labels {
    if (this.edits.size === 0) return this.base;
    const added: string[] = [];
    for (const [name, value] of this.edits) if (value !== "" && !this.inBase(name)) added.push(name);
    added.sort(compareUtf8);
    const result: string[] = [];
    let next = 0;
    for (let i = 0; i < this.base.length; i += 2) {
      const name = this.base[i];
      while (next < added.length && compareUtf8(added[next], name) < 0) this.pushAdded(result, added[next++]);
      const value = this.edits.get(name) ?? this.base[i + 1];
      if (value !== "") result.push(name, value);
    }
    while (next < added.length) this.pushAdded(result, added[next++]);
    return result;
  }

  private pushAdded(result: string[], name: string): void {
    result.push(name, this.edits.get(name) ?? "");
  }

  private inBase(name: string): boolean {
    for (let i = 0; i < this.base.length; i += 2) if (this.base[i] === name) return true;
    return false;
  }
}
