import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { PoolConfig } from "pg";

const INSTALLED = "/usr/lib/postgresql";

/** Where PostgreSQL's programs are (Debian's package keeps them out of PATH), newest version first; null when it is not installed. */
export function postgresPrograms(): string | null {
  const versions = existsSync(INSTALLED) ? readdirSync(INSTALLED).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = versions.map(version => path.join(INSTALLED, version, "bin"));
  return folders.find(folder => existsSync(path.join(folder, "initdb"))) ?? null;
}

/** PostgreSQL refuses to run as root: root hands it to the package's user. */
function runAs(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const number = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: number("-u"), gid: number("-g") };
}

/** A server of its own, on a unix socket in a fresh folder. */
export class PostgresServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  static async start(programs: string): Promise<PostgresServer> {
    const user = runAs();
    const folder = mkdtempSync(path.join(os.tmpdir(), "codex-pg-"));
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
    const data = path.join(folder, "data");
    const options = { ...user, cwd: folder, env: { LC_ALL: "C", PATH: process.env["PATH"] } };
    const flags = ["-D", data, "-A", "trust", "-U", "codex", "-E", "UTF8", "--locale=C", "--no-sync"];
    execFileSync(path.join(programs, "initdb"), flags, { ...options, stdio: ["ignore", "ignore", "inherit"] });
    const settings = ["listen_addresses=", "fsync=off", "shared_buffers=16MB", "max_connections=200"];
    const args = ["-D", data, "-k", folder, ...settings.flatMap(setting => ["-c", setting])];
    const child = spawn(path.join(programs, "postgres"), args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    await new Promise<void>((resolve, reject) => {
      let log = "";
      child.stderr!.setEncoding("utf8").on("data", (text: string) => {
        log += text;
        if (log.includes("ready to accept connections")) resolve();
      });
      child.once("exit", code => reject(new Error(`postgres ended with exit code ${code}:\n${log}`)));
    });
    return new PostgresServer(child, folder);
  }

  /** A connection whose tables lie in a schema of their own. */
  connection(schema: string): PoolConfig {
    return { host: this.folder, user: "codex", database: "postgres", max: 4, options: `-c search_path=${schema}` };
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill("SIGQUIT");
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
