// What confinement costs, as ratios to plain bubblewrap. Needs the build (`pnpm build`). Prints; never fails on a figure.
//
// Claims: a wrapped command in workspace-write with 3 roots costs at most 1.5 times plain bubblewrap; a warm library
// call takes less than 15 ms where plain bubblewrap takes 7; building the plan takes less than 1 ms.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromLegacy } from "@codex-ts/permissions";
import { nodePathFs } from "@codex-ts/permissions/node";
import { machineFacts, planSandbox, resolvePolicy, runSandboxed, wrapCommand } from "../dist/index.js";

const ROUNDS = 50;
const WARM_UP = 3;
const PATH = process.env.PATH ?? "/usr/bin:/bin";
const env = { PATH };
const base = mkdtempSync(path.join(tmpdir(), "sandbox-bench-"));
const cwd = path.join(base, "work");
for (const folder of ["work/.git", "work/.codex", "a", "b"]) mkdirSync(path.join(base, folder), { recursive: true });
const ctx = { cwd, fs: nodePathFs };
const permissions = fromLegacy(
  {
    type: "workspace-write",
    writable_roots: [path.join(base, "a"), path.join(base, "b")],
    exclude_slash_tmp: true,
    exclude_tmpdir_env_var: true,
  },
  ctx,
);

/** Medians of several actions, taken in turns so that a noisy machine is noisy for all of them. */
async function medians(actions) {
  const times = Object.fromEntries(Object.keys(actions).map(name => [name, []]));
  for (let round = 0; round < ROUNDS + WARM_UP; round++) {
    for (const [name, action] of Object.entries(actions)) {
      const start = performance.now();
      await action();
      if (round >= WARM_UP) times[name].push(performance.now() - start);
    }
  }
  const middle = list => list.sort((left, right) => left - right)[Math.floor(list.length / 2)];
  return Object.entries(times).map(([name, list]) => [name, middle(list)]);
}

function report(results, baselineName) {
  const baseline = results.find(([name]) => name === baselineName)?.[1];
  for (const [name, milliseconds] of results) {
    const ratio = baseline ? `  ${(milliseconds / baseline).toFixed(2)}x` : "";
    console.log(`${name.padEnd(58)} ${milliseconds.toFixed(2).padStart(8)} ms${ratio}`);
  }
}

function run(file, args, inputs = []) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: ["ignore", "ignore", "ignore", ...inputs], env, detached: true, cwd });
    child.once("error", reject);
    child.once("exit", code => (code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`))));
  });
}

const facts = await machineFacts({ path: PATH, cwd });
const planFacts = { mountProc: true, networkNamespace: true };
const policy = resolvePolicy(permissions, ctx);
const plan = from => planSandbox({ policy: from, globMatches: [], commandCwd: cwd, facts: planFacts, fs: nodePathFs });
report(
  await medians({
    "plan: permissions and mounts": () => plan(resolvePolicy(permissions, ctx)),
    "plan: mounts only": () => plan(policy),
  }),
);

if (facts.bwrap.usable) {
  const bwrap = facts.bwrap.program;
  const plain = ["--ro-bind", "/", "/", "--dev", "/dev", "--unshare-all", "/bin/true"];
  const wrapped = await wrapCommand(["/bin/true"], { cwd, env, profile: permissions });
  const baseline = "plain bwrap --ro-bind / / --dev /dev --unshare-all";
  report(
    await medians({
      [baseline]: () => run(bwrap, plain),
      "our bwrap arguments, workspace-write with 3 roots": async () => {
        const inputs = wrapped.inputs.map(file => openSync(file, "r"));
        const done = run(wrapped.file, wrapped.args, inputs);
        for (const fd of inputs) closeSync(fd);
        await done;
      },
      "runSandboxed, warm, workspace-write with 3 roots": () =>
        runSandboxed({ argv: ["/bin/true"], cwd, env, permissions }),
      "wrapCommand alone": async () => (await wrapCommand(["/bin/true"], { cwd, env, profile: permissions })).dispose(),
      "/bin/true without a sandbox": () => run("/bin/true", []),
    }),
    baseline,
  );
}
if (facts.landlockAbi > 0 && facts.helper) {
  const host = { path: "/nonexistent" };
  report(
    await medians({
      "node -e 0": () => run(process.execPath, ["-e", "0"]),
      "runSandboxed with Landlock, warm": () => runSandboxed({ argv: ["/bin/true"], cwd, env, permissions, host }),
    }),
    "node -e 0",
  );
}
rmSync(base, { recursive: true, force: true });
