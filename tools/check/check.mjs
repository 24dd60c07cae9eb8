// The second command of the README: everything a change must pass, on a machine with only Node and npm.
//   pnpm check            all steps
//   pnpm check test lint  only the named steps
import { existsSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { testReport } from "./report.mjs";
import { pnpm, root, run, since } from "./steps.mjs";

const [program, lead] = pnpm();
const bin = name => path.join(root, "node_modules", ".bin", name);
const turbo = (task, ...more) => [
  bin("turbo"),
  ["run", task, "--concurrency=2", "--output-logs=full", "--log-order=grouped", ...more],
];

/** @type {{ name: string, what: string, command: [string, string[]] }[]} */
const steps = [
  { name: "install", what: "dependencies as locked", command: [program, [...lead, "install", "--frozen-lockfile"]] },
  { name: "build", what: "every package", command: turbo("build") },
  { name: "lint", what: "rules of the house, floors included", command: [bin("oxlint"), ["--deny-warnings"]] },
  { name: "format", what: "formatting", command: [bin("biome"), ["format", "."]] },
  {
    name: "typecheck",
    what: "strict types, tests included",
    command: [process.execPath, ["tools/check/typecheck.mjs"]],
  },
  { name: "knip", what: "no unused file, export or dependency", command: [bin("knip"), ["--no-config-hints"]] },
  {
    name: "packages",
    what: "what would be published (publint, are-the-types-wrong)",
    command: [process.execPath, ["tools/check/packages.mjs"]],
  },
  ...(existsSync(path.join(root, "schema/package.json"))
    ? [{ name: "schema", what: "generated schemas are current", command: [program, [...lead, "run", "schema:check"]] }]
    : []),
  { name: "test", what: "all tests", command: turbo("test", "--continue") },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter(name => !steps.some(step => step.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no such step: ${unknown.join(", ")}. Steps: ${steps.map(step => step.name).join(", ")}\n`);
  process.exit(2);
}

const report = testReport();

const start = performance.now();
const failures = [];
for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue;
  process.stdout.write(`\n== ${step.name}: ${step.what}\n`);
  const began = performance.now();
  const [file, args] = step.command;
  const code = await run(file, args, step.name === "test" ? { onText: report.read } : {});
  process.stdout.write(`== ${step.name}: ${code === 0 ? "ok" : `failed (exit code ${code})`} after ${since(began)}\n`);
  if (code !== 0) {
    failures.push(step.name);
    if (step.name === "install" || step.name === "build") break;
  }
}

process.stdout.write(
  `\n${failures.length === 0 ? "All checks passed" : `Failed: ${failures.join(", ")}`} (${since(start)})\n`,
);
process.stdout.write(report.closing());
process.exit(failures.length === 0 ? 0 : 1);
