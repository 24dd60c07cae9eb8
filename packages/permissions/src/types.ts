/**
 * The permission model in memory. It is spelled as the core encoding of the specification (section 1): what rollout
 * lines, tool arguments and helper arguments carry needs no conversion. The v2 wire is spelled in `wire-v2.ts`.
 */

/** What an entry allows below its path. */
export type FileSystemAccessMode = "read" | "write" | "none";

/** The network half of a runtime policy. */
export type NetworkSandboxPolicy = "restricted" | "enabled";

/** The network bit of the `external-sandbox` legacy policy. */
export type NetworkAccess = "restricted" | "enabled";

export type FileSystemSandboxKind = "restricted" | "unrestricted" | "external-sandbox";

/** Who enforces the permissions: this program, nobody, or an outer sandbox. */
export type SandboxEnforcement = "managed" | "disabled" | "external";

/** The per-command override a model may ask for. */
export type SandboxPermissions = "use_default" | "require_escalated" | "with_additional_permissions";

export type PermissionGrantScope = "turn" | "session";

/** A place named by meaning instead of by path (section 3). */
export type FileSystemSpecialPath =
  | { kind: "root" }
  | { kind: "minimal" }
  | { kind: "current_working_directory" }
  | { kind: "project_roots"; subpath?: string }
  | { kind: "tmpdir" }
  | { kind: "slash_tmp" }
  | { kind: "unknown"; path: string; subpath?: string };

export type FileSystemPath =
  | { type: "path"; path: string }
  | { type: "glob_pattern"; pattern: string }
  | { type: "special"; value: FileSystemSpecialPath };

export interface FileSystemSandboxEntry {
  path: FileSystemPath;
  access: FileSystemAccessMode;
}

/** The file-system half of a runtime policy. `entries` and depth mean something only for kind `restricted`. */
export interface FileSystemSandboxPolicy {
  kind: FileSystemSandboxKind;
  glob_scan_max_depth?: number;
  entries?: FileSystemSandboxEntry[];
}

export type ManagedFileSystem =
  | { type: "restricted"; entries: FileSystemSandboxEntry[]; glob_scan_max_depth?: number }
  | { type: "unrestricted" };

/** The complete active permissions of a run. The three modes are disjoint in meaning (section 1.4). */
export type PermissionProfile =
  | { type: "managed"; file_system: ManagedFileSystem; network: NetworkSandboxPolicy }
  | { type: "disabled" }
  | { type: "external"; network: NetworkSandboxPolicy };

/** The file-system half of an overlay. Serialised in its legacy shape when that can say it (`wire-core.ts`). */
export interface FileSystemPermissions {
  entries: FileSystemSandboxEntry[];
  glob_scan_max_depth?: number;
}

export interface NetworkPermissions {
  enabled: boolean | null;
}

/** A partial overlay: what one command or grant adds. Never the complete state. Empty = both halves null. */
export interface AdditionalPermissionProfile {
  network: NetworkPermissions | null;
  file_system: FileSystemPermissions | null;
}

/** The read half of a legacy policy. Missing fields mean: platform defaults included, no further roots. */
export type ReadOnlyAccess =
  | { type: "full-access" }
  | { type: "restricted"; include_platform_defaults?: boolean; readable_roots?: string[] };

/** The legacy policy, still on every API as a compatibility projection. Missing fields mean their defaults. */
export type SandboxPolicy =
  | { type: "danger-full-access" }
  | { type: "read-only"; access?: ReadOnlyAccess; network_access?: boolean }
  | { type: "external-sandbox"; network_access?: NetworkAccess }
  | {
      type: "workspace-write";
      writable_roots?: string[];
      read_only_access?: ReadOnlyAccess;
      network_access?: boolean;
      exclude_tmpdir_env_var?: boolean;
      exclude_slash_tmp?: boolean;
    };

/** A writable root and what below it stays read-only. */
export interface WritableRoot {
  root: string;
  read_only_subpaths: string[];
}
