import { sprintPrinted } from "../printf.ts";
import type { GoFunction } from "../values.ts";
import { cssEscaper, cssValueFilter } from "./css-escapers.ts";
import { attrEscaper, commentEscaper, htmlEscaper, htmlNameFilter, nospaceEscaper, rcdataEscaper } from "./html-escapers.ts";
import { jsRegexpEscaper, jsStringEscaper, jsTemplateEscaper, jsValueEscaper } from "./js-escapers.ts";
import { srcsetEscaper, urlEscaper, urlFilter, urlNormalizer } from "./url-escapers.ts";

/** The functions that are put behind actions. Templates cannot name them: no identifier holds a dollar sign. */
export const escapers: ReadonlyMap<string, GoFunction> = new Map(
  Object.entries({
    $args: sprintPrinted,
    $attr: attrEscaper,
    $comment: commentEscaper,
    $css: cssEscaper,
    $cssValue: cssValueFilter,
    $html: htmlEscaper,
    $htmlName: htmlNameFilter,
    $jsRegexp: jsRegexpEscaper,
    $jsString: jsStringEscaper,
    $jsTemplate: jsTemplateEscaper,
    $jsValue: jsValueEscaper,
    $nospace: nospaceEscaper,
    $rcdata: rcdataEscaper,
    $srcset: srcsetEscaper,
    $url: urlEscaper,
    $urlFilter: urlFilter,
    $urlNormalize: urlNormalizer,
  }).map(([name, escape]) => [name, { params: ["...any"], call: (...args: unknown[]) => escape(args) }]),
);
