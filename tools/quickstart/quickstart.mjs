// The first command of the README: on a machine with only Node and npm, an agent finds and mends a real bug.
//   pnpm quickstart [--keep]
// Installs, builds, copies examples/quickstart-project to a temporary folder, runs `codex-ts exec` on it against the
// scripted model server, and then runs the project's tests itself. Exit code 0 only if they pass now; 3 where no
// sandbox can be enforced (nothing is run outside one).
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { pnpm, quiet, root, run, since } from "../check/steps.mjs";
import { quickstartScript } from "./script.mjs";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`codex-ts needs Node 20.19 or later; this is ${process.version}.\n`);
  process.exit(1);
}

const say = text => process.stdout.write(`\n\u25b8 ${text}\n`);

/** Runs a preparation step quietly; what it printed is shown only when it fails. */
async function prepare(what, file, args) {
  const start = performance.now();
  process.stdout.write(`  ${what} … `);
  let log = "";
  const code = await run(file, args, {
    silent: true,
    onText: text => {
      log += text;
    },
  });
  process.stdout.write(code === 0 ? `${since(start)}\n` : `failed\n\n${log}\n`);
  if (code !== 0) process.exit(code);
}

/** Runs the built command with the terminal's own output streams. */
function codex(args, env, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, "packages/cli/dist/codex-ts.js"), ...args], {
      cwd: options.cwd ?? root,
      env: { ...quiet, ...env },
      stdio: ["ignore", options.capture ? "pipe" : "inherit", "inherit"],
    });
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", text => {
      stdout += text;
    });
    child.on("error", reject);
    child.on("close", code => resolve({ code: code ?? 1, stdout }));
  });
}

say("Preparing");
const [program, lead] = pnpm();
await prepare("installing dependencies", program, [...lead, "install", "--frozen-lockfile", "--prefer-offline"]);
await prepare("building", path.join(root, "node_modules/.bin/turbo"), [
  "run",
  "build",
  "--filter=@codex-ts/cli...",
  "--filter=@codex-ts-tools/model-server",
  "--concurrency=2",
]);

const temporary = mkdtempSync(path.join(tmpdir(), "codex-ts-quickstart-"));
const project = path.join(temporary, "parking-meter");
const home = path.join(temporary, "codex-home");
mkdirSync(home);
cpSync(path.join(root, "examples/quickstart-project"), project, { recursive: true });
const cleanUp = () => {
  if (process.argv.includes("--keep")) process.stdout.write(`kept: ${temporary}\n`);
  else rmSync(temporary, { recursive: true, force: true });
};

const env = { CODEX_HOME: home };
say("Sandbox");
const doctor = await codex(["doctor", "--json"], env, { capture: true });
/** @type {{ checks: { name: string, ok: boolean, detail: string, fix: string | null }[], engines: { mode: string, engine: string, reason: string, limits: string[] }[] }} */
const report = JSON.parse(doctor.stdout);
const choice = report.engines.find(({ mode }) => mode === "workspace-write");
if (choice === undefined || choice.engine === "error" || choice.engine === "none") {
  process.stdout.write(`  ${choice?.reason ?? "the doctor command gave no answer"}\n`);
  for (const { name, detail, fix } of report.checks.filter(({ ok }) => !ok)) {
    process.stdout.write(`  - ${name}: ${detail}\n${fix === null ? "" : `    to mend it: ${fix}\n`}`);
  }
  process.stdout.write("\nThe agent does not run commands outside a sandbox unless you say so. Stopping.\n");
  cleanUp();
  process.exit(3);
}
process.stdout.write(`  commands run in: ${choice.engine} (${choice.reason})\n`);
for (const limit of choice.limits) process.stdout.write(`  limit: ${limit}\n`);

say("The agent at work (its model is the scripted server of this repository)");
const { startModelServer } = await import("../model-server/dist/index.js");
const server = await startModelServer(quickstartScript({ node: process.execPath }));
const provider = `{ name = "scripted model", base_url = "${server.baseUrl}", wire_api = "responses" }`;
const { code } = await codex(
  [
    "exec",
    "--skip-git-repo-check",
    "--sandbox",
    "workspace-write",
    "-c",
    `model_providers.scripted=${provider}`,
    "-c",
    'model_provider="scripted"',
    "-m",
    "gpt-5.2",
    "The tests of this project fail. Find the bug, mend it, and show that the tests pass.",
  ],
  env,
  { cwd: project },
);
await server.close();

say("The project's own tests, run without the agent");
const tests = await new Promise(resolve => {
  spawn(process.execPath, ["--test"], {
    cwd: project,
    stdio: "inherit",
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  }).on("close", resolve);
});
const passed = code === 0 && tests === 0;
say(
  passed
    ? "Done: the agent found the bug and mended it, and the project's tests pass."
    : `Not done: the agent ended with exit code ${code}, the project's tests with ${tests}.`,
);
cleanUp();
process.exit(passed ? 0 : 1);
