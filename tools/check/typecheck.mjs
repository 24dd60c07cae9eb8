// Checks the types of every package in one program, so that a source which many packages read is checked once:
//   node tools/check/typecheck.mjs
// A package whose tsconfig.json has options of its own is checked by itself.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { root, run } from "./steps.mjs";

const folders = ["packages", "tools", "examples"]
  .flatMap(parent => readdirSync(path.join(root, parent)).map(name => path.join(root, parent, name)))
  .concat(path.join(root, "schema"));

const shared = [];
const apart = [];
for (const folder of folders) {
  const file = path.join(folder, "tsconfig.json");
  if (!existsSync(file)) continue;
  const { extends: base, include, ...own } = JSON.parse(readFileSync(file, "utf8"));
  const isPlain = Object.keys(own).length === 0 && path.resolve(folder, base) === path.join(root, "tsconfig.base.json");
  if (isPlain) shared.push(...include.map(pattern => path.join(folder, pattern)));
  else apart.push(file);
}

const together = path.join(root, "node_modules/.cache/typecheck/tsconfig.json");
mkdirSync(path.dirname(together), { recursive: true });
writeFileSync(together, JSON.stringify({ extends: path.join(root, "tsconfig.base.json"), include: shared }, null, 2));

const tsc = path.join(root, "node_modules/.bin/tsc");
let failed = false;
for (const project of [together, ...apart]) failed = (await run(tsc, ["-p", project])) !== 0 || failed;
process.exit(failed ? 1 : 0);
