export { compileRegexp } from "./compile-regexp.ts";
export { type Regexp, type RegexpMatch, type RegexpOptions } from "./regexp.ts";
export { RegexpError } from "./regexp-error.ts";
export { quoteMeta } from "./quote-meta.ts";
