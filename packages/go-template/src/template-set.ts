import type { Template } from "./ast.ts";
import { builtins } from "./builtins.ts";
import { Budget, defaultLimits, type Limits } from "./budget.ts";
import { TemplateError } from "./errors.ts";
import type { Environment } from "./evaluate.ts";
import { executeTemplate } from "./execute.ts";
import { type EscapedTemplates, escapeTemplates } from "./html/escape.ts";
import { escapers } from "./html/escapers.ts";
import type { Meter } from "./meter.ts";
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
  /** What one execution may use. Default: `defaultLimits`, which end a template that loops within 100 ms. */
  readonly limits?: Limits;
}

/** A name space of templates that can call each other. */
export interface TemplateSet {
  /** Parses `text` and adds it as `name`, with all its definitions; later ones replace earlier. Throws TemplateError. */
  readonly parse: (name: string, text: string) => void;
  readonly has: (name: string) => boolean;
  /** The names of all templates, sorted. */
  readonly names: () => string[];
  /**
   * Renders a template. Throws TemplateError; nothing is returned of a failed execution. A function that renders for its caller gives the
   * meter that it was handed: both use the limits of one execution.
   */
  readonly execute: (name: string, dot: unknown, within?: Meter) => string;
  /** Renders `text` as an unnamed template that may call those of the set, which stays as it is. */
  readonly executeText: (text: string, dot: unknown) => string;
  /** An independent copy that shares the parsed templates. */
  readonly clone: () => TemplateSet;
}

/** Makes an empty set. */
export function parseTemplates(options: TemplateOptions): TemplateSet {
  return makeSet(options, new Map(Object.entries(options.funcs ?? {})), new Map());
}

function makeSet(options: TemplateOptions, funcs: ReadonlyMap<string, TemplateFunction>, templates: Map<string, Template>): TemplateSet {
  /** Escaped entry templates by name; a change of the set empties it. */
  const escaped = new Map<string, EscapedTemplates>();
  const isHtml = options.kind === "html";
  const callable: ReadonlyMap<string, TemplateFunction> = isHtml ? new Map([...escapers, ...funcs]) : funcs;

  const environment: Environment = {
    funcs: callable,
    missingKey: options.missingKey ?? "default",
    limits: { ...defaultLimits, ...options.limits },
  };

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
    execute: (name, dot, within) => {
      const { template, find } = isHtml ? escapedEntry(name) : plainEntry(name);
      const budget = within instanceof Budget ? within : undefined;
      return executeTemplate(template, dot, { environment, find, budget });
    },
    executeText: (text, dot) => {
      const copy = set.clone();
      copy.parse("", text);
      return copy.execute("", dot);
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
