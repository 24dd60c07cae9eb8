import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** The folders of a case: the workspace, what lies outside of it, the agent's home and its temporary folder. */
export interface Places {
  base: string;
  /** Workspace. */
  W: string;
  /** Outside. */
  O: string;
  /** `CODEX_HOME`. */
  H: string;
  /** `TMPDIR`. */
  T: string;
}

/** What the protected folders of the workspace are before the run. */
export interface TreeShape {
  git: "none" | "folder" | "pointer" | "garbage";
  codex: "none" | "folder" | "link";
  agents: "none" | "folder";
}

export function placesIn(base: string): Places {
  const at = (name: string): string => path.join(base, name);
  return { base, W: at("work"), O: at("other"), H: at("home"), T: at("tmp") };
}

/** Makes the same tree as always, from nothing: every run starts from the same state. */
export function makeTree({ base, W, O, H, T }: Places, shape: TreeShape, config: string): void {
  rmSync(base, { recursive: true, force: true });
  const file = (name: string, text = `${path.basename(name)}\n`): void => {
    mkdirSync(path.dirname(name), { recursive: true });
    writeFileSync(name, text);
  };
  for (const name of ["docs/d.txt", "docs/private/p.txt", "docs/private/pub/x.txt", "sec/s.txt", "k.txt", "a.env"]) {
    file(`${W}/${name}`);
  }
  for (const name of ["s/b.env", "s/deep/c.env", "s/plain.txt", "src/main.txt", "sub/.git/config"])
    file(`${W}/${name}`);
  symlinkSync("docs", `${W}/link`);
  symlinkSync("../other/f.txt", `${W}/flink`);
  for (const name of ["f.txt", "x.env", "docs/d.txt", "docs/p/q.txt", "top/t.txt", "top/x/open/o.txt"])
    file(`${O}/${name}`);
  for (const name of ["z/.git/config", "z/z.txt", "real/r.txt", "real/.git/config", "sec2/s.txt", "e/y.env"])
    file(`${O}/${name}`);
  symlinkSync("real", `${O}/link`);
  file(`${T}/t.txt`);
  file(`${H}/config.toml`, config);
  if (shape.git === "folder") {
    file(`${W}/.git/config`);
    file(`${W}/.git/hooks/sample`);
  } else if (shape.git === "pointer") {
    file(`${W}/.git`, "gitdir: gd\n");
    file(`${W}/gd/config`);
  } else if (shape.git === "garbage") file(`${W}/.git`, "garbage\n");
  if (shape.codex === "folder") file(`${W}/.codex/notes.txt`);
  else if (shape.codex === "link") symlinkSync("docs", `${W}/.codex`);
  if (shape.agents === "folder") file(`${W}/.agents/notes.txt`);
}

/** Everything below the folders that commands could change, one line an entry. */
export function snapshot({ W, O, T, base }: Places, elsewhere: readonly string[]): string[] {
  const lines: string[] = [];
  const visit = (name: string): void => {
    const stats = lstatSync(name, { throwIfNoEntry: false });
    if (stats === undefined) return;
    const label = path.relative(base, name);
    if (stats.isSymbolicLink()) lines.push(`${label} -> ${readlinkSync(name)}`);
    else if (stats.isDirectory()) {
      lines.push(`${label}/`);
      for (const entry of readdirSync(name).toSorted()) visit(path.join(name, entry));
    } else if (!stats.isFile()) lines.push(`${label}: no regular file`);
    else if (!isMountPoint(stats.size, stats.mode))
      lines.push(`${label}: ${JSON.stringify(readFileSync(name, "utf8"))}`);
  };
  for (const name of [W, O, T, ...elsewhere]) visit(name);
  return lines;
}

/** The reference leaves the empty file that bubblewrap made to mask a missing path; we take it away again. */
function isMountPoint(size: number, mode: number): boolean {
  return size === 0 && (mode & 0o777) === 0o444;
}
