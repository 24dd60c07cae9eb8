import type { Difference } from "../drive/differences.ts";

/** A difference that is meant to be, and why. */
interface Allowance {
  readonly path: RegExp;
  readonly ours?: RegExp;
  readonly reference?: RegExp;
  readonly reason: string;
}

const allowances: readonly Allowance[] = [
  {
    path: /error\.message$/,
    reference: /AbsolutePathBuf deserialized without a base path/,
    reason: "a file that is wrong elsewhere: the reference stumbles over its relative paths first, we name the mistake",
  },
  {
    path: /(error\.message|start)$/,
    ours: /invalid type: sequence, expected (struct|internally tagged enum) /,
    reason:
      "a list in place of a table is refused as that; the reference takes its elements for the table's fields in their order",
  },
  {
    path: /error\.message$/,
    reference: /unexpected keys in table: .*, available keys: endpoint/,
    reason: "unknown keys of an exporter do not hide the mistake that there is",
  },
  {
    path: /error\.message$/,
    ours: /invalid type: string, expected a map/,
    reference: /invalid type: string \\".*\\", expected a map/,
    reason: "what may be a secret is not repeated",
  },
  {
    path: /^thread\/start\.warnings\[/,
    reference: /^\["Disabled `exec` for this session because the configured Node runtime is unavailable/,
    reason: "our code mode needs no other Node",
  },
  {
    path: /^thread\/start\.permissionProfile\.fileSystem\.entries\[/,
    ours: /^\[\]$/,
    reference: /^\[\{"path":\{"type":"path","path":"[^"]*\/tmp\/arg0\/codex-arg0\w+"\},"access":"read"\}\]$/,
    reason: "programs beside the patch program give no rights to read (decision 0290)",
  },
];

/** Why a difference is no mistake; null when it is one. */
export function explained({ path, ours, reference }: Difference): string | null {
  const found = allowances.find(
    entry =>
      entry.path.test(path) &&
      (entry.ours?.test(JSON.stringify(ours) ?? "") ?? true) &&
      (entry.reference?.test(JSON.stringify(reference) ?? "") ?? true),
  );
  return found?.reason ?? null;
}
