"use strict";
// Stands in each bundle's folder and runs its programs. Beside a program `x` lies what V8 made of it when it was built: with that, nothing
// is parsed and little is compiled at a start. Another version of Node refuses it, and compiles what it needs as it always does.
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");
const { Script, constants } = require("node:vm");
const { crc32 } = require("node:zlib");

const CHECKSUM_BYTES = 4;

/** The script of the program `name`, with V8's code of it where that is there. */
function scriptOf(name) {
  const filename = fileOf(name);
  const bundle = readFileSync(filename);
  const source = `(function (exports, require, module, __filename, __dirname) {${bundle.latin1Slice()}\n})`;
  const importModuleDynamically = constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return new Script(source, { filename, cachedData: codeOf(name, bundle), importModuleDynamically });
}

/** Runs a script of `scriptOf`, and returns what it exports. */
function runScript(name, script) {
  const filename = fileOf(name);
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(filename), module, filename, __dirname);
  return module.exports;
}

/** Runs the program `name`, and returns what it exports. */
function start(name) {
  // Node finds the places in sources only for what it has loaded by itself.
  return process.sourceMapsEnabled ? require(fileOf(name)) : runScript(name, scriptOf(name));
}

/** Writes what V8 has compiled of a script of `scriptOf`, and behind it the checksum of the bundle and of that. */
function keepCode(name, script) {
  const code = script.createCachedData();
  const checksum = Buffer.alloc(CHECKSUM_BYTES);
  checksum.writeUInt32BE(checksumOf(readFileSync(fileOf(name)), code) ?? 0);
  writeFileSync(codeFileOf(name), Buffer.concat([code, checksum]));
}

/** V8's code; undefined when it is not whole, or that of another bundle: V8 itself looks at no more than lengths, and would run it. */
function codeOf(name, bundle) {
  const file = codeFileOf(name);
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  if (bytes.length < CHECKSUM_BYTES) return undefined;
  const code = bytes.subarray(0, -CHECKSUM_BYTES);
  return bytes.readUInt32BE(code.length) === checksumOf(bundle, code) ? code : undefined;
}

/** Undefined, which no checksum is equal to, where Node has none (21, and 22 before 22.2). */
function checksumOf(bundle, code) {
  return crc32?.(code, crc32(bundle));
}

function fileOf(name) {
  return path.join(__dirname, `${name}.bundle.js`);
}

function codeFileOf(name) {
  return path.join(__dirname, `${name}.code`);
}

module.exports = { keepCode, runScript, scriptOf, start };
