import { execFile } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Installs a client from the npm registry into a cache folder outside the tree, without optional packages (they carry
 * the reference's binaries) and without install scripts.
 * @returns the folder whose `node_modules` holds it, or the reason why it cannot be had
 */
export async function installClient(
  name: string,
  version: string,
): Promise<{ folder: string } | { unavailable: string }> {
  const cache = path.join(process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache"), "codex-ts", "clients");
  const folder = path.join(cache, `${name.replace("/", "+")}@${version}`);
  if (existsSync(path.join(folder, "node_modules", name, "package.json"))) return { folder };
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  writeFileSync(path.join(fresh, "package.json"), '{"private":true}');
  try {
    await run(
      "npm",
      ["install", "--no-audit", "--no-fund", "--omit=optional", "--ignore-scripts", `${name}@${version}`],
      { cwd: fresh, timeout: 120_000 },
    );
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    const text = error instanceof Error ? error.message.split("\n").slice(0, 3).join(" ") : String(error);
    return { unavailable: `${name}@${version} cannot be installed: ${text}` };
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return { folder };
}
