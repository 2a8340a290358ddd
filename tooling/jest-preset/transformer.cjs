// jest looks up globals through the vm context, some 150 ns each: a loop over Math.floor runs a hundred times slower in a test
// than outside. So each module takes the globals it may need once, on its first line, which leaves line numbers as they are.
// Date and the timers stay global, or fake timers could not replace them.
const { createTransformer } = require("@swc/jest");

const globals =
  "Array,ArrayBuffer,Atomics,BigInt,BigInt64Array,BigUint64Array,Boolean,DataView,Error,Float32Array,Float64Array,Infinity,Int8Array," +
  "Int16Array,Int32Array,JSON,Map,Math,NaN,Number,Object,Promise,RangeError,RegExp,Set,SharedArrayBuffer,String,Symbol,TextDecoder," +
  "TextEncoder,TypeError,Uint8Array,Uint8ClampedArray,Uint16Array,Uint32Array,WeakMap,WeakSet,isFinite,isNaN,parseFloat,parseInt,undefined";
const names = globals.split(",").filter((name) => !["Infinity", "NaN", "undefined"].includes(name));

const swc = createTransformer({
  jsc: { parser: { syntax: "typescript" }, target: "es2022" },
  module: { type: "es6" },
  sourceMaps: "inline",
});

/** Only names that the module itself does not declare or import may be taken. */
function prefix(source) {
  const free = names.filter((name) => {
    const declared = new RegExp(`(?:class|function|const|let|var|type|interface)\\s+${name}\\b|import[^;]*[{,\\s]${name}\\b[^;]*from`);
    return new RegExp(`\\b${name}\\b`).test(source) && !declared.test(source);
  });
  return free.length === 0 ? "" : `const {${free.join(",")}} = globalThis;`;
}

module.exports = {
  ...swc,
  process: (source, path, options) => swc.process(prefix(source) + source, path, options),
  processAsync: undefined,
  getCacheKey: (source, path, options) => `globals-1:${swc.getCacheKey(source, path, options)}`,
};
