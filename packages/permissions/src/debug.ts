import type { FileSystemSandboxEntry, FileSystemSpecialPath, PermissionProfile } from "./types.ts";

const quoted = (text: string): string => JSON.stringify(text);
const some = (value: string | number | undefined): string =>
  value === undefined ? "None" : `Some(${typeof value === "string" ? quoted(value) : value})`;
const pascal = (word: string): string =>
  word
    .split(/[-_]/)
    .map(part => part.charAt(0).toUpperCase() + part.slice(1))
    .join("");

/** A profile as error texts of clients' overrides spell it (section 7.2). */
export function debugProfile(profile: PermissionProfile): string {
  if (profile.type === "disabled") return "Disabled";
  const network = pascal(profile.network);
  if (profile.type === "external") return `External { network: ${network} }`;
  const fs = profile.file_system;
  const files =
    fs.type === "unrestricted"
      ? "Unrestricted"
      : `Restricted { entries: [${fs.entries.map(debugEntry).join(", ")}], glob_scan_max_depth: ${some(fs.glob_scan_max_depth)} }`;
  return `Managed { file_system: ${files}, network: ${network} }`;
}

function debugEntry({ path, access }: FileSystemSandboxEntry): string {
  const shown =
    path.type === "path"
      ? `Path { path: AbsolutePathBuf(${quoted(path.path)}) }`
      : path.type === "glob_pattern"
        ? `GlobPattern { pattern: ${quoted(path.pattern)} }`
        : `Special { value: ${debugSpecial(path.value)} }`;
  return `FileSystemSandboxEntry { path: ${shown}, access: ${pascal(access)} }`;
}

function debugSpecial(special: FileSystemSpecialPath): string {
  switch (special.kind) {
    case "project_roots":
      return `ProjectRoots { subpath: ${some(special.subpath)} }`;
    case "unknown":
      return `Unknown { path: ${quoted(special.path)}, subpath: ${some(special.subpath)} }`;
    default:
      return pascal(special.kind);
  }
}
