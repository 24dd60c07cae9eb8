import {
  canWrite,
  type FileSystemSandboxPolicy,
  fromLegacy,
  globEntry,
  hasGlobCharacters,
  legacyEnforcement,
  legacyFileSystemKeepingDenies,
  type NetworkSandboxPolicy,
  pathEntry,
  type PermissionContext,
  type PermissionProfile,
  PermissionsError,
  profileFromRuntime,
  profileToRuntime,
  restricted,
  sameEntry,
  specialEntry,
  type SandboxPolicy,
  toLegacy,
} from "@codex-ts/permissions";
import { ConfigError } from "../errors.ts";
import type { LayerStack } from "../layers/stack.ts";
import type { Requirements } from "../requirements/types.ts";
import { getOwn, isTable, type TomlTable } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { constrainSandboxMode } from "./constrain.ts";
import type { ConfigOverrides } from "./overrides.ts";
import { compilePermissions, type CompileContext } from "./permissions.ts";
import type { Reader } from "./read.ts";
import type { NetworkProxySettings, SandboxMode } from "./types.ts";

/** What a named profile lets a process do, or why it cannot be used. */
export type NamedPermissions =
  | { permissionProfile: PermissionProfile; networkProxy: NetworkProxySettings | null }
  | { problem: string };

export interface ResolvedSandbox {
  sandboxMode: SandboxMode | null;
  sandboxPolicy: SandboxPolicy;
  permissionProfile: PermissionProfile;
  fileSystemPolicy: FileSystemSandboxPolicy;
  networkPolicy: NetworkSandboxPolicy;
  permissionsName: string | null;
  networkProxy: NetworkProxySettings | null;
}

export interface SandboxInputs {
  stack: LayerStack;
  base: Reader;
  profile: Reader | null;
  overrides: ConfigOverrides;
  requirements: Requirements;
  context: CompileContext & { permissions: PermissionContext };
  /** CODEX_HOME/memories, always writable for workspace-write. */
  memoriesFolder: string;
  warnings: ConfigWarning[];
}

/** What commands may read, write and reach: a `[permissions]` profile or the older sandbox mode, whichever was set last. */
export function resolveSandbox(inputs: SandboxInputs): ResolvedSandbox {
  const { overrides, context, requirements, memoriesFolder } = inputs;
  const extraRoots = [...(overrides.additionalWritableRoots ?? []), memoriesFolder];
  if (overrides.permissionProfile !== undefined) {
    return fromProfile(
      overrides.permissionProfile,
      null,
      null,
      extraRoots,
      inputs,
      "invalid permission_profile override: ",
    );
  }
  if (activeSyntax(inputs) === "profiles") {
    const name = chosenProfile(inputs.base.table);
    const compiled = compilePermissions(name, permissionsTable(inputs.base.table, name), context);
    inputs.warnings.push(...compiled.warnings);
    const profile = profileFromRuntime(compiled.fileSystem, compiled.network);
    return fromProfile(profile, name, compiled.proxy, extraRoots, inputs, "");
  }
  const asked =
    overrides.sandboxMode ??
    inputs.profile?.word<SandboxMode>("sandbox_mode") ??
    inputs.base.word<SandboxMode>("sandbox_mode");
  const trusted = inputs.stack.project?.trust !== null && inputs.stack.project?.trust !== undefined;
  const usual: SandboxMode = trusted ? "workspace-write" : "read-only";
  const candidate = { value: asked ?? usual, explicit: asked !== null && asked !== undefined };
  let mode = constrainSandboxMode(candidate, requirements, inputs.warnings);
  if (
    mode === "workspace-write" &&
    context.platform === "win32" &&
    inputs.base.sub("windows").string("sandbox") === null
  ) {
    mode = "read-only"; // no sandbox there that could keep it
  }
  const sandboxPolicy = legacyPolicy(mode, inputs.base.sub("sandbox_workspace_write"), extraRoots);
  const permissionProfile = withDenyRead(fromLegacy(sandboxPolicy, context.permissions), requirements);
  return {
    ...runtimeOf(permissionProfile),
    sandboxMode: mode,
    sandboxPolicy,
    permissionProfile,
    permissionsName: null,
    networkProxy: null,
  };
}

function runtimeOf(profile: PermissionProfile): {
  fileSystemPolicy: FileSystemSandboxPolicy;
  networkPolicy: NetworkSandboxPolicy;
} {
  const { fileSystem, network } = profileToRuntime(profile);
  return { fileSystemPolicy: fileSystem, networkPolicy: network };
}

/**
 * The profile that something besides the commands of a thread runs with: an MCP server, say. What the requirements forbid to read holds for
 * it, too. A profile that is not there or not valid is a problem of whoever names it.
 */
export function namedPermissions(
  name: string,
  table: TomlTable,
  { context, requirements, warnings }: Pick<SandboxInputs, "context" | "requirements" | "warnings">,
): NamedPermissions {
  const all = getOwn(table, "permissions");
  const written = isTable(all) ? getOwn(all, name) : undefined;
  if (!isTable(written)) {
    return { problem: `there is no profile \`${name}\`: define [permissions.${name}] in config.toml` };
  }
  try {
    const compiled = compilePermissions(name, written, context);
    warnings.push(...compiled.warnings);
    const profile = withDenyRead(profileFromRuntime(compiled.fileSystem, compiled.network), requirements);
    return { permissionProfile: profile, networkProxy: compiled.proxy };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { problem: `profile \`${name}\`: ${error.message}` };
  }
}

/** The last layer that sets either key decides; within one layer `default_permissions` wins. */
function activeSyntax({ stack, base, profile, overrides }: SandboxInputs): "legacy" | "profiles" {
  if (overrides.sandboxMode !== undefined || profile?.has("sandbox_mode") === true) return "legacy";
  let chosen: "legacy" | "profiles" | null = null;
  for (const layer of stack.layers) {
    if (layer.disabledReason !== undefined) continue;
    if (Object.hasOwn(layer.config, "sandbox_mode")) chosen = "legacy";
    if (Object.hasOwn(layer.config, "default_permissions")) chosen = "profiles";
  }
  if (chosen !== null) return chosen;
  return Object.keys(base.sub("permissions").table).length > 0 ? "profiles" : "legacy";
}

function chosenProfile(table: TomlTable): string {
  const name = getOwn(table, "default_permissions");
  if (typeof name === "string") return name;
  throw new ConfigError(
    "invalid_value",
    "config defines `[permissions]` profiles but does not set `default_permissions`",
  );
}

function permissionsTable(table: TomlTable, name: string): TomlTable {
  const all = getOwn(table, "permissions");
  if (!isTable(all)) throw new ConfigError("invalid_value", "default_permissions requires a `[permissions]` table");
  const profile = getOwn(all, name);
  if (isTable(profile)) return profile;
  throw new ConfigError("invalid_value", `default_permissions refers to undefined profile \`${name}\``);
}

const READ_ONLY: SandboxPolicy = { type: "read-only", access: { type: "full-access" }, network_access: false };

function legacyPolicy(mode: SandboxMode, settings: Reader, extraRoots: readonly string[]): SandboxPolicy {
  if (mode === "danger-full-access") return { type: "danger-full-access" };
  if (mode === "read-only") return READ_ONLY;
  return {
    type: "workspace-write",
    writable_roots: withMissing(settings.strings("writable_roots") ?? [], extraRoots),
    read_only_access: { type: "full-access" },
    network_access: settings.bool("network_access") ?? false,
    exclude_tmpdir_env_var: settings.bool("exclude_tmpdir_env_var") ?? false,
    exclude_slash_tmp: settings.bool("exclude_slash_tmp") ?? false,
  };
}

/** What was written stays as it is, also what was written twice. */
function withMissing(written: readonly string[], more: readonly string[]): string[] {
  return [...written, ...new Set(more.filter(root => !written.includes(root)))];
}

function fromProfile(
  written: PermissionProfile,
  name: string | null,
  proxy: NetworkProxySettings | null,
  extraRoots: readonly string[],
  { context, requirements, warnings }: SandboxInputs,
  prefix: string,
): ResolvedSandbox {
  const project = (profile: PermissionProfile): SandboxPolicy => {
    try {
      return toLegacy(profile, context.permissions);
    } catch (error) {
      if (!(error instanceof PermissionsError)) throw error;
      throw new ConfigError("invalid_value", `${prefix}${error.message}`, { cause: error });
    }
  };
  let profile = withDenyRead(written, requirements);
  const { fileSystem, network } = profileToRuntime(profile);
  if (project(profile).type === "workspace-write") {
    const missing = extraRoots.filter(root => !canWrite(fileSystem, root, context.permissions));
    if (missing.length > 0) {
      const entries = [...(fileSystem.entries ?? []), ...missing.map(root => pathEntry(root, "write"))];
      profile = profileFromRuntime(restricted(entries, fileSystem.glob_scan_max_depth), network);
    }
  }
  const sandboxPolicy = project(profile);
  const runtime = runtimeOf(profile);
  const mode = constrainSandboxMode({ value: sandboxPolicy.type, explicit: true }, requirements, warnings);
  if (mode !== sandboxPolicy.type) return requiredReadOnly(runtime.fileSystemPolicy, context.permissions);
  return {
    ...runtime,
    sandboxMode: null,
    sandboxPolicy,
    // Whatever stands for full access in the older words needs no sandbox: it is `disabled` from here on (section 7.3).
    permissionProfile: profileFromRuntime(
      runtime.fileSystemPolicy,
      runtime.networkPolicy,
      legacyEnforcement(sandboxPolicy),
    ),
    permissionsName: name,
    networkProxy: proxy,
  };
}

/** What is left of a profile that the requirements do not allow: reading, without what it denied (section 7.4). */
function requiredReadOnly(denied: FileSystemSandboxPolicy, permissions: PermissionContext): ResolvedSandbox {
  const sandboxPolicy = READ_ONLY;
  const fileSystem = legacyFileSystemKeepingDenies(sandboxPolicy, denied, permissions);
  const profile = profileFromRuntime(fileSystem, "restricted");
  return {
    ...runtimeOf(profile),
    sandboxMode: "read-only",
    sandboxPolicy,
    permissionProfile: profile,
    permissionsName: null,
    networkProxy: null,
  };
}

/** Adds what the requirements forbid to read. Without a managed sandbox there is nothing to add it to. */
function withDenyRead(profile: PermissionProfile, requirements: Requirements): PermissionProfile {
  const denied = requirements.denyRead?.value ?? [];
  if (denied.length === 0 || profile.type !== "managed") return profile;
  const { fileSystem, network } = profileToRuntime(profile);
  const before =
    fileSystem.kind === "restricted" ? (fileSystem.entries ?? []) : [specialEntry({ kind: "root" }, "write")];
  const added = denied
    .map(path => (hasGlobCharacters(path) ? globEntry(path) : pathEntry(path, "none")))
    .filter(entry => !before.some(existing => sameEntry(existing, entry)));
  return profileFromRuntime(restricted([...before, ...added], fileSystem.glob_scan_max_depth), network);
}
