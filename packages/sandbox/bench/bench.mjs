// What confinement costs, as ratios to plain bubblewrap. Needs the build (`pnpm build`). Prints; never fails on a figure.
//
// Claims: a wrapped command in workspace-write with 3 roots costs at most 1.5 times plain bubblewrap; a warm library
// call takes less than 15 ms where plain bubblewrap takes 7; building the plan takes less than 1 ms; 200 commands at once
// all succeed; while a tree is unchanged, deny globs over it are expanded from the cache.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromLegacy } from "@codex-ts/permissions";
import { nodePathFs } from "@codex-ts/permissions/node";
import {
  expandDenyGlobs,
  ListingCache,
  machineFacts,
  planSandbox,
  resolvePolicy,
  runSandboxed,
  wrapCommand,
} from "../dist/index.js";

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
  return Object.entries(times).map(([name, list]) => {
    list.sort((left, right) => left - right);
    return [name, list[Math.floor(list.length / 2)], list[0]];
  });
}

function report(results, baselineName) {
  const baseline = results.find(([name]) => name === baselineName);
  for (const [name, middle, fastest] of results) {
    const ratio = baseline
      ? `  ${(middle / baseline[1]).toFixed(2)}x median, ${(fastest / baseline[2]).toFixed(2)}x fastest`
      : "";
    const figures = `${middle.toFixed(2).padStart(8)} ms median ${fastest.toFixed(2).padStart(8)} ms fastest`;
    console.log(`${name.padEnd(58)} ${figures}${ratio}`);
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
  const start = performance.now();
  const results = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      runSandboxed({ argv: ["echo", `${index}`], cwd, env, permissions, timeoutMs: null }),
    ),
  );
  const good = results.filter(({ exitCode, stdout }, index) => exitCode === 0 && stdout === `${index}\n`).length;
  const each = (performance.now() - start) / 200;
  console.log(`200 commands at once: ${good} succeeded, ${each.toFixed(2)} ms each`);
}

const FOLDERS = 400;
const FILES = 20;
for (let folder = 0; folder < FOLDERS; folder++) {
  mkdirSync(path.join(cwd, "tree", `${folder}`), { recursive: true });
  for (let file = 0; file < FILES; file++) writeFileSync(path.join(cwd, "tree", `${folder}`, `${file}.txt`), "");
}
writeFileSync(path.join(cwd, "tree/7/secret.env"), "");
const scan = cache => expandDenyGlobs({ patterns: [`${cwd}/**/*.env`], maxDepth: null, cache });
const kept = new ListingCache();
await new Promise(resolve => setTimeout(resolve, 2500)); // a folder changed a moment ago is never kept
report(
  await medians({
    [`deny glob over ${FOLDERS * FILES} files, read anew`]: () => scan(new ListingCache()),
    "deny glob over the same, unchanged tree": () => scan(kept),
  }),
  `deny glob over ${FOLDERS * FILES} files, read anew`,
);
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
