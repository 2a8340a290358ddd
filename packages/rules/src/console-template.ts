import { defineType, goFunction, goStruct, parseTemplates, safeHtml, type GoObject, type Meter } from "@ferula/go-template";
import { compareUtf8, labelPairs, type Labels } from "@ferula/model";
import { queryEscape } from "./query-escape.ts";
import { createAnswers, type AnswersOptions, type TemplateQuery } from "./template-answers.ts";
import { templateFunctions } from "./template-functions.ts";
import { failingAs } from "./template.ts";

/** A console: a page that its users write as an HTML template. */
export interface ConsoleTemplate {
  /** The path below `/consoles`, with the slash before it. */
  readonly path: string;
  readonly text: string;
  /** Templates that it may call, in the order of their names. */
  readonly libraries: readonly { readonly name: string; readonly text: string }[];
}

/** What a console sees. */
export interface ConsoleData {
  /** The parameters of the request, in their order. */
  readonly params: readonly (readonly [name: string, value: string])[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** What `now` gives. */
  readonly evalTimeMs: number;
}

/** Upstream puts these before every console; they are as long as there, as errors count the columns with them. */
const DEFINITIONS = "{{$rawParams := .RawParams }}{{$params := .Params}}{{$path := .Path}}{{$externalLabels := .ExternalLabels}}";

/** A page over a thousand machines asks for a few things of each; a few queries at once leave room for those of others. */
const ANSWERS: AnswersOptions = { maxQueries: 5000, concurrency: 4, earlierStepCost: 0.1 };

/** Four times what other templates may take: upstream's own list of machines needs it from a thousand of them on. */
const STEPS = 1_000_000;

/** Makes the page. Fails with an Error of upstream's words where the templates can't be read or executed. */
export async function expandConsole(console: ConsoleTemplate, data: ConsoleData, query: TemplateQuery): Promise<string> {
  const name = `__console_${console.path}`;
  const { lookUp, complete } = createAnswers(ANSWERS);
  const tmpl = (meter: Meter, called: string, dot: unknown): unknown => safeHtml(set.execute(called, dot, meter));
  const set = parseTemplates({
    kind: "html",
    missingKey: "zero",
    limits: { steps: STEPS },
    funcs: {
      ...templateFunctions(data.externalUrl, data.evalTimeMs, lookUp),
      tmpl: goFunction({ params: ["string", "any"], isMetered: true, call: tmpl }),
    },
  });
  failingAs(`error parsing template ${name}`, () => set.parse(name, DEFINITIONS + console.text));
  for (const library of console.libraries) {
    failingAs(`error parsing template files for ${name}`, () => set.parse(library.name, library.text));
  }
  const dot = consoleValue(console, data);
  return complete(() => failingAs(`error executing template ${name}`, () => set.execute(name, dot)), query);
}

/** Go's name of the type, which users see in errors. */
const DATA = "struct { RawParams url.Values; Params map[string]string; Path string; ExternalLabels map[string]string }";

function consoleValue({ path }: ConsoleTemplate, { params, externalLabels }: ConsoleData): unknown {
  const values = valuesByName(params);
  const fields = {
    RawParams: urlValues(values),
    Params: new Map([...values].map(([name, [first]]) => [name, first])),
    Path: path.replace(/^\/+/, ""),
    ExternalLabels: new Map(labelPairs(externalLabels)),
  };
  return goStruct(fields, { type: DATA });
}

type UrlValues = ReadonlyMap<string, readonly string[]>;

function valuesByName(params: ConsoleData["params"]): UrlValues {
  const values = new Map<string, string[]>();
  for (const [name, value] of params) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

const ofName = { params: ["string"] };

/** The parameters with the methods of Go's `url.Values` that only read. */
const urlValues: (values: UrlValues) => GoObject<UrlValues> = defineType<UrlValues>({
  type: "url.Values",
  underlying: (values) => values,
  zero: [],
  methods: {
    Get: goFunction({ ...ofName, call: (values: UrlValues, name: string) => values.get(name)?.[0] ?? "" }),
    Has: goFunction({ ...ofName, call: (values: UrlValues, name: string) => values.has(name) }),
    Encode: goFunction({ params: [], call: encodeValues }),
  },
});

function encodeValues(values: UrlValues): string {
  const names = [...values.keys()].sort(compareUtf8);
  return names.flatMap((name) => (values.get(name) ?? []).map((value) => `${queryEscape(name)}=${queryEscape(value)}`)).join("&");
}
