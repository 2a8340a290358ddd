"use strict";
// Stands in each bundle's folder and runs its programs. Beside a program `x` lies what V8 made of it when it was built: with that, nothing
// is parsed and little is compiled at a start. Another version of Node refuses it, and compiles what it needs as it always does.
const { existsSync, readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { join } = require("node:path");
const { Script, constants } = require("node:vm");

/** The script of the program `name`; `code` is V8's, and may be undefined. */
function scriptOf(name, code) {
  const filename = fileOf(name);
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(filename, "latin1")}\n})`;
  return new Script(source, { filename, cachedData: code, importModuleDynamically: constants?.USE_MAIN_CONTEXT_DEFAULT_LOADER });
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
  if (process.sourceMapsEnabled) return require(fileOf(name));
  return runScript(name, scriptOf(name, codeOf(name)));
}

function codeOf(name) {
  const file = join(__dirname, `${name}.code`);
  return existsSync(file) ? readFileSync(file) : undefined;
}

function fileOf(name) {
  return join(__dirname, `${name}.bundle.js`);
}

module.exports = { runScript, scriptOf, start };
