// Imports go in one direction: a page's folder imports only from itself and from shared/, and a pure/ folder
// only from pure/ folders. Every module is used by a page.
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import test from "node:test";

const ROOT = join(import.meta.dirname, "../..");
const SCRIPTS = join(ROOT, "static/js");
const MAX_LINES = 400;

// The modules of the viewer. Each may import those listed before it, and those in pure/ and shared/.
const VIEWER = [
  "state",
  "messages",
  "address",
  "frames",
  "canvas",
  "captions",
  "mark-list",
  "drawing",
  "looks",
  "saving",
  "edits",
  "slices",
  "sync",
  "cine",
  "placing",
  "tools",
  "keys",
  "pointer",
  "controls",
  "main",
];

const modules = new Map(globSync("**/*.js", { cwd: SCRIPTS }).map((name) => [name, read(name)]));

function read(name) {
  return readFileSync(join(SCRIPTS, name), "utf8");
}

function importsOf(name, source) {
  const found = source.matchAll(
    /^(?:import|export)\b[^;]*?from\s*"([^"]+)";|^import\s*"([^"]+)";/gm,
  );
  return [...found].map(([, from, alone]) => {
    return relative(SCRIPTS, join(SCRIPTS, dirname(name), from || alone));
  });
}

function isPure(name) {
  return dirname(name).endsWith("pure");
}

function placeOf(name) {
  return VIEWER.indexOf(name.replace(/^viewer\/|\.js$/g, ""));
}

function isAllowed(name, other) {
  const [folder] = name.split("/");
  const [otherFolder] = other.split("/");
  if (!modules.has(other) || ![folder, "shared"].includes(otherFolder)) return false;
  if (isPure(name) || isPure(other)) return isPure(other);
  return folder !== "viewer" || otherFolder === "shared" || placeOf(other) < placeOf(name);
}

function wrongImports(name, source) {
  return importsOf(name, source)
    .filter((other) => !isAllowed(name, other))
    .map((other) => `${name} imports ${other}`);
}

function reachedFrom(entry, found = new Set()) {
  if (found.has(entry)) return found;
  found.add(entry);
  for (const other of importsOf(entry, modules.get(entry))) reachedFrom(other, found);
  return found;
}

function namedIn(template, tag) {
  const html = readFileSync(join(ROOT, "templates", template), "utf8");
  const pattern = new RegExp(`<${tag}[^>]*\\{% static 'js/([^']+)' %\\}`, "g");
  return [...html.matchAll(pattern)].map(([, name]) => name);
}

const templates = globSync("**/*.html", { cwd: join(ROOT, "templates") });
const entries = templates.flatMap((template) => namedIn(template, 'script type="module" src="'));

test("imports go in one direction", () => {
  assert.deepEqual(
    [...modules].flatMap(([name, source]) => wrongImports(name, source)),
    [],
  );
});

test("a forbidden import is detected", () => {
  for (const [name, from] of [
    ["viewer/state.js", "./canvas.js"],
    ["viewer/frames.js", "../entry/cells.js"],
    ["viewer/frames.js", "./gone.js"],
    ["viewer/pure/greys.js", "../state.js"],
    ["entry/pure/block.js", "../../shared/csrf.js"],
    ["shared/csrf.js", "../upload/requests.js"],
  ]) {
    assert.equal(wrongImports(name, `import { x } from "${from}";`).length, 1, `${name} ${from}`);
    assert.equal(wrongImports(name, `import "${from}";`).length, 1, `${name} ${from}`);
  }
});

test("VIEWER lists every module of the viewer", () => {
  const own = [...modules.keys()].filter((name) => dirname(name) === "viewer");
  assert.deepEqual(own.sort(), VIEWER.map((name) => `viewer/${name}.js`).sort());
});

test("every module is reachable from a page's entry point", () => {
  const reached = new Set(entries.flatMap((entry) => [...reachedFrom(entry)]));
  assert.deepEqual(
    [...modules.keys()].filter((name) => !reached.has(name)),
    [],
  );
});

test("no file is longer than MAX_LINES", () => {
  const long = [...modules].filter(([, source]) => source.split("\n").length > MAX_LINES);
  assert.deepEqual(
    long.map(([name]) => name),
    [],
  );
});
