// Runs a command on another version of Node, whose binary comes from the npm registry.
//   node tools/check/with-node.mjs 24 pnpm test
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";
import { pnpm, root } from "./steps.mjs";

const [version, ...command] = process.argv.slice(2);
if (version === undefined || command.length === 0) {
  process.stderr.write("usage: node tools/check/with-node.mjs VERSION COMMAND [ARGUMENT…]\n");
  process.exit(2);
}

const platform = process.platform === "win32" ? "win" : process.platform;
const name = `node-${platform}-${process.arch}`;
const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "codex-ts", "node");
const folder = path.join(cache, version);
if (!existsSync(path.join(folder, "node_modules", name))) {
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  writeFileSync(path.join(fresh, "package.json"), '{"private":true}');
  const installed = spawnSync("npm", ["install", "--no-audit", "--no-fund", `${name}@${version}`], {
    cwd: fresh,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (installed.status !== 0) {
    process.stderr.write(`${name}@${version} cannot be installed from the npm registry\n`);
    process.exit(1);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}
const bin = path.join(folder, "node_modules", name, "bin");
if (!readdirSync(bin).some(file => file.startsWith("node"))) throw new Error(`${bin} holds no node`);

const [program, lead] = command[0] === "pnpm" ? pnpm() : [command[0], []];
const node = path.join(bin, process.platform === "win32" ? "node.exe" : "node");
const result = spawnSync(program === process.execPath ? node : program, [...lead, ...command.slice(1)], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, CODEX_TS_NODE: version },
});
process.exit(result.status ?? 1);
