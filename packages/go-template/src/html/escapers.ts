import type { Meter } from "../meter.ts";
import { sprintPrinted } from "../printf.ts";
import type { GoFunction } from "../values.ts";
import { type Content, contentOf } from "./content.ts";
import { cssEscaper, cssValueFilter } from "./css-escapers.ts";
import { attrEscaper, commentEscaper, htmlEscaper, htmlNameFilter, nospaceEscaper, rcdataEscaper } from "./html-escapers.ts";
import { jsRegexpEscaper, jsStringEscaper, jsTemplateEscaper, jsValueEscaper } from "./js-escapers.ts";
import { srcsetEscaper, urlEscaper, urlFilter, urlNormalizer } from "./url-escapers.ts";

/** Most escapers look at a text alone. */
const textEscapers: Readonly<Record<string, (content: Content) => string>> = {
  $attr: attrEscaper,
  $comment: commentEscaper,
  $css: cssEscaper,
  $cssValue: cssValueFilter,
  $html: htmlEscaper,
  $htmlName: htmlNameFilter,
  $jsRegexp: jsRegexpEscaper,
  $jsString: jsStringEscaper,
  $jsTemplate: jsTemplateEscaper,
  $nospace: nospaceEscaper,
  $rcdata: rcdataEscaper,
  $srcset: srcsetEscaper,
  $url: urlEscaper,
  $urlFilter: urlFilter,
  $urlNormalize: urlNormalizer,
};

/** The functions that are put behind actions. Templates cannot name them: no identifier holds a dollar sign. */
export const escapers: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ["$args", escaper(sprintPrinted)],
  ["$jsValue", escaper(jsValueEscaper)],
  ...Object.entries(textEscapers).map(([name, escape]): [string, GoFunction] => [
    name,
    escaper((args, meter) => escape(contentOf(args, meter))),
  ]),
]);

function escaper(escape: (args: readonly unknown[], meter: Meter) => string): GoFunction {
  return { params: ["...any"], isMetered: true, call: (meter: Meter, ...args: unknown[]) => escape(args, meter) };
}
