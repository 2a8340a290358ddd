import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parseTemplates, type TemplateSet } from "@ferula/go-template";
import { DEFAULT_TEMPLATES } from "./default-templates.ts";
import { templateData, type NotificationData } from "./data.ts";
import { notificationFunctions } from "./functions.ts";

/** Renders the texts of a configuration for one notification. Both fail with TemplateError. */
export interface Templates {
  /** Plain text. */
  readonly text: (template: string, data: NotificationData) => string;
  /** HTML, where everything that an alert brings is escaped for its place. */
  readonly html: (template: string, data: NotificationData) => string;
}

/** The default templates, and over them the definitions of `files`, later ones over earlier ones. Fails on a file that can't be read or parsed. */
export function loadTemplates(files: readonly string[], nowMs: () => number): Templates {
  const funcs = notificationFunctions(nowMs);
  const text = parseTemplates({ kind: "text", funcs, missingKey: "zero" });
  const html = parseTemplates({ kind: "html", funcs, missingKey: "zero" });
  for (const set of [text, html]) {
    set.parse("default", DEFAULT_TEMPLATES);
    for (const file of files) set.parse(basename(file), readFileSync(file, "utf8"));
  }
  return { text: renderer(text), html: renderer(html) };
}

/**
 * What is wrong with the form of a template that stands where upstream looks at it alone, so that it knows Go's own functions but none of
 * ours; or undefined (config/common `ContainsTemplating`).
 */
export function checkBareTemplate(template: string): string | undefined {
  try {
    parseTemplates({ kind: "text", funcs: {}, missingKey: "zero" }).parse("", template);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function renderer(set: TemplateSet) {
  return (template: string, data: NotificationData): string =>
    // Most texts of a configuration are plain, and need no set of their own.
    template.includes("{{") ? set.executeText(template, templateData(data)) : template;
}
