import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Wire } from "../drive/wire.ts";
import { type Subject, subjects } from "../drive/subject.ts";
import type { LayerSet } from "./layers.ts";

const BUBBLEWRAP = "bwrap";

const GREETING = `${JSON.stringify({ id: 1, method: "initialize", params: { clientInfo: { name: "parity", title: null, version: "1" } } })}\n`;

/** Whether bubblewrap works here: the system's settings are put at their real place in a mount namespace. */
export function hasNamespaces(): boolean {
  return spawnSync(BUBBLEWRAP, ["--dev-bind", "/", "/", "true"], { stdio: "ignore" }).status === 0;
}

/** A CODEX_HOME, an `/etc/codex` and a project, which both programs read. Not below the temporary folder. */
export class Stage {
  readonly root: string;
  readonly work: string;

  constructor() {
    const parent = path.join(os.homedir(), ".cache", "codex-ts");
    mkdirSync(parent, { recursive: true });
    this.root = mkdtempSync(path.join(parent, "config-"));
    this.work = path.join(this.root, "work");
    for (const folder of ["home", "etc", "tmp-dir", "work/.git", "work/sub"]) {
      mkdirSync(path.join(this.root, folder), { recursive: true });
    }
  }

  /** Replaces all files of the stage by those of a set. */
  dress({ files }: LayerSet): void {
    for (const place of ["work/.codex", "work/sub/.codex", "home/config.toml"]) {
      rmSync(path.join(this.root, place), { recursive: true, force: true });
    }
    // `etc` is mounted in the running programs: it is emptied, for another folder of that name would not be seen.
    const etc = path.join(this.root, "etc");
    for (const name of readdirSync(etc)) rmSync(path.join(etc, name), { recursive: true, force: true });
    for (const [place, text] of Object.entries(files)) {
      const file = path.join(this.root, place);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  /** Starts a program's server where the stage's `etc` is `/etc/codex`. */
  start(subject: Subject, flags: readonly string[]): Wire {
    const { file, args, cwd, env } = this.command(subject, flags);
    return new Wire({ ...subject, file, args }, { cwd, env, timeoutMs: 60_000 });
  }

  private command(subject: Subject, flags: readonly string[]) {
    const args = [...mounts(path.join(this.root, "etc")), subject.file, ...withFlags(subject.args, flags)];
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: path.join(this.root, "user"),
      CODEX_HOME: path.join(this.root, "home"),
      TMPDIR: path.join(this.root, "tmp-dir"),
    };
    return { file: BUBBLEWRAP, args, cwd: this.work, env };
  }

  /** How both programs' servers end by themselves with these flags when a client greets them: exit code and standard error. */
  async outputs(flags: readonly string[]): Promise<{ code: number | null; text: string }[]> {
    return (await subjects(process.env)).map(subject => {
      const { file, args, cwd, env } = this.command(subject, flags);
      const { status, stderr } = spawnSync(file, args, {
        cwd,
        env,
        input: GREETING,
        encoding: "utf8",
        timeout: 20_000,
      });
      return { code: status, text: stderr };
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** `-c` flags stand before `app-server`. */
function withFlags(args: readonly string[], flags: readonly string[]): string[] {
  const at = args.indexOf("app-server");
  return [...args.slice(0, at), ...flags, ...args.slice(at)];
}

/** A view of the machine whose `/etc` has the entries it has, and `codex` besides. */
function mounts(etc: string): string[] {
  const entries = readdirSync("/etc").flatMap(name => {
    const place = path.join("/etc", name);
    if (name === "codex") return [];
    return lstatSync(place).isSymbolicLink()
      ? ["--symlink", readlinkSync(place), place]
      : ["--ro-bind-try", place, place];
  });
  return ["--dev-bind", "/", "/", "--tmpfs", "/etc", ...entries, "--bind", etc, "/etc/codex", "--die-with-parent"];
}
