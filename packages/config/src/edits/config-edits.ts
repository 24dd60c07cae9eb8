import { statSync } from "node:fs";
import nodePath from "node:path";
import type { McpServerConfig } from "../effective/mcp.ts";
import type { Personality, ReasoningEffort, ServiceTier } from "../effective/types.ts";
import { ConfigError } from "../errors.ts";
import { FEATURES, findFeature } from "../features/registry.ts";
import { type ConfigFs, nodeFs } from "../fs.ts";
import { readText } from "../layers/read.ts";
import { loadTomlReader, parseToml } from "../toml/parse.ts";
import { cloneValue, getOwn, isTable, sameValue, type TomlTable, type TomlValue } from "../toml/value.ts";
import { TomlDocument } from "./document.ts";
import { writeAtomically, writeTarget } from "./file.ts";
import { type LockOptions, withLock } from "./lock.ts";
import { applyOperation, type Draft, type EditOperation } from "./operations.ts";

export interface EditResult {
  /** False: nothing differed, nothing was written. */
  changed: boolean;
  file: string;
  /** The file's text now. */
  text: string;
}

/** `a.b.c` or its segments (the only way to name keys with dots). */
export type KeyPath = string | readonly string[];

/**
 * Changes of the user's config.toml, collected and then written in one step. Comments, order and spacing of everything
 * else stay as they are.
 *
 * ```ts fragment
 * await new ConfigEdits(codexHome).setModel("gpt-5", "high").setFeatureEnabled("undo", true).apply();
 * ```
 */
export class ConfigEdits {
  readonly file: string;
  readonly #operations: EditOperation[] = [];
  #profile: string | null = null;
  #check: ((table: TomlTable) => void) | undefined;

  constructor(codexHome: string, file: string = nodePath.join(codexHome, "config.toml")) {
    this.file = file;
  }

  /** Profile-scoped settings go to this profile instead of the one that the file selects. */
  withProfile(profile: string | null | undefined): this {
    this.#profile = profile ?? null;
    return this;
  }

  set(path: KeyPath, value: TomlValue): this {
    return this.#add({ kind: "set", path: segments(path), value });
  }

  clear(path: KeyPath): this {
    return this.#add({ kind: "clear", path: segments(path) });
  }

  withEdits(edits: readonly ({ set: KeyPath; value: TomlValue } | { clear: KeyPath })[]): this {
    for (const edit of edits) {
      if ("set" in edit) this.set(edit.set, edit.value);
      else this.clear(edit.clear);
    }
    return this;
  }

  /** Null clears. Goes to the profile in force. */
  setModel(model: string | null, effort: ReasoningEffort | null): this {
    return this.#scoped(["model"], model).#scoped(["model_reasoning_effort"], effort);
  }

  setServiceTier(tier: ServiceTier | null): this {
    return this.#scoped(["service_tier"], tier);
  }

  setPersonality(personality: Personality | null): this {
    return this.#scoped(["personality"], personality);
  }

  /** An acknowledgement under `[notice]`. */
  setNotice(name: string, value: TomlValue): this {
    return this.set(["notice", name], value);
  }

  /** The whole map of MCP servers: entries that are not in it go. */
  replaceMcpServers(servers: Readonly<Record<string, McpServerConfig>>): this {
    return this.#add({ kind: "mcpServers", servers });
  }

  /** @param folder the project's canonical path */
  setProjectTrustLevel(folder: string, level: "trusted" | "untrusted"): this {
    return this.#add({ kind: "trust", folder, level });
  }

  /**
   * Switches a feature for everybody, or for the profile of `withProfile`. Switching off what is off by default removes
   * the key, unless it is an older name.
   * @throws ConfigError `unknown_feature`
   */
  setFeatureEnabled(key: string, enabled: boolean): this {
    if (findFeature(key) === undefined) throw new ConfigError("unknown_feature", `Unknown feature flag: ${key}`);
    const scope = this.#profile === null ? [] : ["profiles", this.#profile];
    const path = [...scope, "features", key];
    const isDefault = !enabled && this.#profile === null && FEATURES.some(known => known.key === key && !known.default);
    return isDefault ? this.clear(path) : this.set(path, enabled);
  }

  setWindowsSandboxMode(mode: "elevated" | "unelevated"): this {
    return this.set([...this.#prefix(), "windows", "sandbox"], mode);
  }

  /** The feature switches that `windows.sandbox` replaced. */
  clearLegacyWindowsSandboxKeys(): this {
    for (const key of [
      "experimental_windows_sandbox",
      "elevated_windows_sandbox",
      "enable_experimental_windows_sandbox",
    ]) {
      this.clear([...this.#prefix(), "features", key]);
    }
    return this;
  }

  /** By the skill's file. */
  setSkillConfig(path: string, enabled: boolean): this {
    return this.#add({ kind: "skill", by: "path", id: path, enabled });
  }

  setSkillConfigByName(name: string, enabled: boolean): this {
    return this.#add({ kind: "skill", by: "name", id: name, enabled });
  }

  setRealtimeVoice(voice: string | null): this {
    return voice === null ? this.clear(["realtime", "voice"]) : this.set(["realtime", "voice"], voice);
  }

  setRealtimeMicrophone(microphone: string | null): this {
    return microphone === null ? this.clear(["audio", "microphone"]) : this.set(["audio", "microphone"], microphone);
  }

  setRealtimeSpeaker(speaker: string | null): this {
    return speaker === null ? this.clear(["audio", "speaker"]) : this.set(["audio", "speaker"], speaker);
  }

  /** A last look at the new settings before they are written; it throws to refuse them. */
  checkedBy(check: (table: TomlTable) => void): this {
    this.#check = check;
    return this;
  }

  /**
   * Writes the changes, if there are any.
   * @throws ConfigError `toml_syntax` when the file is broken already, `edit_refused` when an edit cannot be done
   *   safely, `locked` when other editors do not finish; the file is then as it was
   */
  async apply(options: LockOptions & { fs?: ConfigFs } = {}): Promise<EditResult> {
    const target = writeTarget(this.file);
    await loadTomlReader();
    const fs = options.fs ?? nodeFs;
    if (this.#operations.length === 0)
      return { changed: false, file: target, text: readText(fs, target, "config") ?? "" };
    return withConfigLock(target, () => this.applyNow(fs, target), options);
  }

  /** `apply` for who holds the lock already. The TOML reader must be loaded. */
  applyNow(fs: ConfigFs = nodeFs, target: string = writeTarget(this.file)): EditResult {
    const before = readText(fs, target, "config") ?? "";
    const text = this.preview(before, target);
    if (text === before) return { changed: false, file: target, text };
    writeAtomically(target, text);
    return { changed: true, file: target, text };
  }

  /** The new text of a file, without writing anything. The TOML reader must be loaded. */
  preview(before: string, file: string = this.file): string {
    const table = parseToml(before, file);
    const draft: Draft = { document: new TomlDocument(before), table: cloneValue(table), changed: false };
    const selected = getOwn(table, "profile");
    const profile = this.#profile ?? (typeof selected === "string" ? selected : null);
    for (const operation of this.#operations) applyOperation(draft, operation, profile);
    if (!draft.changed) return before;
    const text = draft.document.toString();
    this.#verify(text, draft.table, file);
    this.#check?.(draft.table);
    return text;
  }

  /** What is written must read back as what was meant, whatever the file looked like. */
  #verify(text: string, meant: TomlTable, file: string): void {
    let reread: TomlTable;
    try {
      reread = parseToml(text, file);
    } catch (cause) {
      throw new ConfigError("edit_refused", `the edit would break ${file}; nothing was written`, { cause });
    }
    if (!sameValue(withoutEmptyTables(reread), withoutEmptyTables(meant))) {
      throw new ConfigError("edit_refused", `the edit would change other settings of ${file}; nothing was written`);
    }
  }

  #prefix(): string[] {
    return this.#profile === null ? [] : ["profiles", this.#profile];
  }

  #scoped(path: readonly string[], value: TomlValue | null): this {
    return this.#add(value === null ? { kind: "profileClear", path } : { kind: "profileSet", path, value });
  }

  #add(operation: EditOperation): this {
    this.#operations.push(operation);
    return this;
  }
}

/** Runs `work` as the only editor of a config.toml; for changes that depend on what the file says. */
export async function withConfigLock<T>(
  file: string,
  work: () => T | Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const target = writeTarget(file);
  // A folder that does not exist yet has no other editors.
  const fresh = statSync(nodePath.dirname(target), { throwIfNoEntry: false }) === undefined;
  return fresh ? work() : withLock(lockFileOf(target), work, options);
}

function segments(path: KeyPath): readonly string[] {
  return typeof path === "string" ? path.split(".") : path;
}

function lockFileOf(target: string): string {
  return nodePath.join(nodePath.dirname(target), `.${nodePath.basename(target)}.lock`);
}

/** Tables that hold nothing say nothing: headers may come and go with the last key. */
function withoutEmptyTables(table: TomlTable): TomlTable {
  const out: TomlTable = {};
  for (const [key, value] of Object.entries(table)) {
    if (!isTable(value)) {
      out[key] = value;
      continue;
    }
    const inner = withoutEmptyTables(value);
    if (Object.keys(inner).length > 0) out[key] = inner;
  }
  return out;
}
