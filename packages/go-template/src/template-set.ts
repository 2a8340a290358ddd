import type { Template } from "./ast.ts";
import { builtins } from "./builtins.ts";
import { TemplateError } from "./errors.ts";
import { type ExecutionContext, executeTemplate } from "./execute.ts";
import { type EscapedTemplates, escapeTemplates } from "./html/escape.ts";
import { escapers } from "./html/escapers.ts";
import { isEmptyBody, parseTemplate } from "./parser.ts";
import { compareStrings, quoteGo } from "./strings.ts";
import type { TemplateFunction } from "./values.ts";

/** Options of a set of templates. */
export interface TemplateOptions {
  /** "html" escapes every action for the place it stands in. */
  readonly kind: "text" | "html";
  /** Functions beside the builtins, by name; one named like a builtin replaces it. */
  readonly funcs?: Readonly<Record<string, TemplateFunction>>;
  /**
   * What a missing map key gives: "default" no value (printed `<no value>`), "zero" the zero value of the map's
   * element ("" for string maps), "error" an error. Default: `"default"`.
   */
  readonly missingKey?: "default" | "zero" | "error";
}

/** Limits of one execution. */
export interface ExecuteOptions {
  /** Milliseconds of wall time; checked between actions, not inside a function. Default: `5000`. */
  readonly timeLimitMs?: number;
  /** How deep templates may call templates. Default: `200`. */
  readonly maxDepth?: number;
  /** Bytes of output as UTF-8. Default: `16 MiB`. */
  readonly maxOutputBytes?: number;
}

/** A name space of templates that can call each other. */
export interface TemplateSet {
  /** Parses `text` and adds it as `name`, with all its definitions; later ones replace earlier. Throws TemplateError. */
  readonly parse: (name: string, text: string) => void;
  readonly has: (name: string) => boolean;
  /** The names of all templates, sorted. */
  readonly names: () => string[];
  /** Renders a template. Throws TemplateError; nothing is returned of a failed execution. */
  readonly execute: (name: string, dot: unknown, options?: ExecuteOptions) => string;
  /** Renders `text` as an unnamed template that may call those of the set, which stays as it is. */
  readonly executeText: (text: string, dot: unknown, options?: ExecuteOptions) => string;
  /** An independent copy that shares the parsed templates. */
  readonly clone: () => TemplateSet;
}

/** Makes an empty set. */
export function parseTemplates(options: TemplateOptions): TemplateSet {
  return makeSet(options, new Map(Object.entries(options.funcs ?? {})), new Map());
}

const defaultLimits = Object.freeze({
  timeLimitMs: 5_000,
  maxDepth: 200,
  maxOutputBytes: 16 * 1024 * 1024,
} satisfies Required<ExecuteOptions>);

function makeSet(options: TemplateOptions, funcs: ReadonlyMap<string, TemplateFunction>, templates: Map<string, Template>): TemplateSet {
  /** Escaped entry templates by name; a change of the set empties it. */
  const escaped = new Map<string, EscapedTemplates>();
  const isHtml = options.kind === "html";
  const callable: ReadonlyMap<string, TemplateFunction> = isHtml ? new Map([...escapers, ...funcs]) : funcs;

  const set: TemplateSet = {
    parse: (name, text) => {
      const parsed = parseTemplate(name, text, (functionName) => funcs.has(functionName) || builtins.has(functionName));
      for (const [definedName, template] of parsed) {
        if (!templates.has(definedName) || !isEmptyBody(template.root)) templates.set(definedName, template);
      }
      escaped.clear();
    },
    has: (name) => templates.has(name),
    names: () => [...templates.keys()].sort(compareStrings),
    execute: (name, dot, limits = {}) => {
      const { timeLimitMs, maxDepth, maxOutputBytes } = { ...defaultLimits, ...limits };
      const { template, find } = isHtml ? escapedEntry(name) : plainEntry(name);
      const context: ExecutionContext = {
        environment: { funcs: callable, missingKey: options.missingKey ?? "default", maxTextLength: maxOutputBytes },
        find,
        timeLimitMs,
        maxDepth,
        maxOutputBytes,
      };
      return executeTemplate(template, dot, context);
    },
    executeText: (text, dot, limits) => {
      const copy = set.clone();
      copy.parse("", text);
      return copy.execute("", dot, limits);
    },
    clone: () => makeSet(options, funcs, new Map(templates)),
  };
  return set;

  function plainEntry(name: string): EscapedTemplates {
    const template = templates.get(name);
    if (!template) throw new TemplateError("execute", `template: no template ${quoteGo(name)} associated with template ""`);
    return { template, find: (calledName) => templates.get(calledName) };
  }

  function escapedEntry(name: string): EscapedTemplates {
    const known = escaped.get(name);
    if (known) return known;
    if (!templates.has(name)) throw new TemplateError("execute", `html/template: ${quoteGo(name)} is undefined`);
    const entry = escapeTemplates(name, templates);
    escaped.set(name, entry);
    return entry;
  }
}
