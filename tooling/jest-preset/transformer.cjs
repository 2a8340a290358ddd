// jest looks up globals through the vm context, some 150 ns each: a loop over Math.floor runs a hundred times slower in a test
// than outside. So each module takes the globals it may need once, on its first line, which leaves line numbers as they are.
// Date and the timers stay global, or fake timers could not replace them.
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { version } = require("@swc/core/package.json");
const { createTransformer } = require("@swc/jest");

const globals =
  "Array,ArrayBuffer,Atomics,BigInt,BigInt64Array,BigUint64Array,Boolean,DataView,Error,Float32Array,Float64Array,Infinity,Int8Array," +
  "Int16Array,Int32Array,JSON,Map,Math,NaN,Number,Object,Promise,RangeError,RegExp,Set,SharedArrayBuffer,String,Symbol,TextDecoder," +
  "TextEncoder,TypeError,Uint8Array,Uint8ClampedArray,Uint16Array,Uint32Array,WeakMap,WeakSet,isFinite,isNaN,parseFloat,parseInt,undefined";
const names = globals
  .split(",")
  .filter((name) => !["Infinity", "NaN", "undefined"].includes(name))
  .map((name) => ({
    name,
    used: new RegExp(`\\b${name}\\b`),
    declared: new RegExp(
      `(?:class|function|const|let|var|type|interface)\\s+${name}(?![\\w$])|import[^;]*[{,\\s]${name}(?![\\w$])[^;]*from`,
    ),
  }));

const swc = createTransformer({
  jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  module: { type: "es6" },
  sourceMaps: "inline",
});

/** What the output depends on besides the source and its path: this file, and swc. A workspace's own settings are not among it. */
const maker = createHash("sha1").update(readFileSync(__filename)).update(version).digest("hex");

/** Only names that the module itself does not declare or import may be taken. */
function prefix(source) {
  const free = names.filter(({ used, declared }) => used.test(source) && !declared.test(source)).map(({ name }) => name);
  return free.length === 0 ? "" : `const {${free.join(",")}} = globalThis;`;
}

module.exports = {
  ...swc,
  process(source, path, options) {
    const code = prefix(source) + source;
    return path.endsWith(".ts") ? swc.process(code, path, options) : { code };
  },
  processAsync: undefined,
  getCacheKey: (source, path, { instrument }) => createHash("sha1").update(`${maker} ${instrument} ${path}\0${source}`).digest("hex"),
};
