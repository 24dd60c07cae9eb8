import type { ConfigFs, FileStat } from "./fs.ts";
import { nodeFs } from "./fs.ts";
import { configFromStack, makeMemoriesFolder, type LoadConfigOptions, type LoadedConfig } from "./load-config.ts";
import { loadLayers } from "./layers/load.ts";

interface Kept {
  key: string;
  loaded: LoadedConfig;
  /** Every look at the file system that the result rests on, and what was seen. */
  seen: Map<string, string>;
}

/**
 * Loads settings again and again, and does the work only when something changed: as long as every file that was looked
 * at (also those that were missing) looks the same, the same object comes back. Results for the last few folders are
 * kept.
 */
export class ConfigLoader {
  readonly #fs: ConfigFs;
  readonly #most: number;
  #kept: Kept[] = [];

  constructor(options: { fs?: ConfigFs; keep?: number } = {}) {
    this.#fs = options.fs ?? nodeFs;
    this.#most = options.keep ?? 16;
  }

  /** See `loadConfig`. */
  async load(options: Omit<LoadConfigOptions, "fs" | "pathFs">): Promise<LoadedConfig> {
    const key = JSON.stringify({ ...options, env: relevant(options.env) });
    const kept = this.#kept.find(candidate => candidate.key === key);
    if (kept !== undefined && this.#isCurrent(kept)) return kept.loaded;
    const seen = new Map<string, string>();
    const fs = recording(this.#fs, seen);
    // Making a folder would change what was just seen; it happens beside the record.
    const full = { ...options, fs, createFolders: false };
    const loaded = configFromStack(await loadLayers(full), full);
    if (options.createFolders !== false) makeMemoriesFolder(this.#fs, loaded.config.codexHome);
    this.#kept = [{ key, loaded, seen }, ...this.#kept.filter(candidate => candidate.key !== key)].slice(0, this.#most);
    return loaded;
  }

  /** Forgets everything. */
  clear(): void {
    this.#kept = [];
  }

  #isCurrent(kept: Kept): boolean {
    for (const [look, before] of kept.seen) {
      if (lookAgain(this.#fs, look) !== before) return false;
    }
    return true;
  }
}

/** The variables that settings depend on. */
function relevant(env: LoadConfigOptions["env"]): Record<string, string | undefined> {
  const names = [
    "HOME",
    "USERPROFILE",
    "TMPDIR",
    "ProgramData",
    "CODEX_SQLITE_HOME",
    "OPENAI_BASE_URL",
    "CODEX_OSS_BASE_URL",
    "CODEX_OSS_PORT",
  ];
  return Object.fromEntries(names.map(name => [name, env[name]]));
}

function stamp(look: () => FileStat | null): string {
  try {
    const stat = look();
    return stat === null ? "none" : `${stat.kind} ${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
  } catch (error) {
    return `error ${String(error)}`;
  }
}

function folderStamp(text: string): string {
  // A folder's times change with everything in it; only that it is one matters.
  return text.startsWith("directory") ? "directory" : text;
}

function lookAgain(fs: ConfigFs, look: string): string {
  const path = look.slice(1);
  switch (look[0]) {
    case "s":
      return folderStamp(stamp(() => fs.stat(path)));
    case "l":
      return String(fs.lstatKind(path));
    case "d":
      return namesIn(fs, path);
    default:
      return realpathOf(fs, path);
  }
}

function namesIn(fs: ConfigFs, path: string): string {
  try {
    return fs.readDir(path).sort().join("\0");
  } catch (error) {
    return `error ${String(error)}`;
  }
}

function realpathOf(fs: ConfigFs, path: string): string {
  try {
    return fs.realpath(path);
  } catch (error) {
    return `error ${String(error)}`;
  }
}

function recording(fs: ConfigFs, seen: Map<string, string>): ConfigFs {
  const note = (look: string): void => {
    if (!seen.has(look)) seen.set(look, lookAgain(fs, look));
  };
  return {
    // What was read is recorded before the reading: a change in between is noticed at the next load.
    readFile: path => {
      note(`s${path}`);
      return fs.readFile(path);
    },
    stat: path => {
      note(`s${path}`);
      return fs.stat(path);
    },
    lstatKind: path => {
      note(`l${path}`);
      return fs.lstatKind(path);
    },
    realpath: path => {
      note(`r${path}`);
      return fs.realpath(path);
    },
    readDir: path => {
      note(`d${path}`);
      return fs.readDir(path);
    },
    mkdirp: path => fs.mkdirp(path),
  };
}
