// Random and mutated input for every reader of this package: `pnpm fuzz [COUNT] [SEED]`. Each input gives a value or a
// PermissionsError, and 10 KB of input never takes longer than 50 ms.
import {
  absolutePath,
  compileAccess,
  compileGlob,
  compileProfileTable,
  compileReadDeny,
  decodeAdditionalPermissions,
  decodeFileSystemPolicy,
  decodeProfile,
  decodeSandboxPolicy,
  emptyPathFs,
  explain,
  fromLegacy,
  globEntry,
  needsDirectRuntimeEnforcement,
  normalizePath,
  pathEntry,
  PermissionsError,
  profileToRuntime,
  restricted,
  toLegacy,
  writableRoots,
} from "@codex-ts/permissions";
import { fuzzTargets } from "@codex-ts-tools/build/fuzz";

const count = Number(process.argv[2] ?? 1_000_000);
let state = Number(process.argv[3] ?? 1) >>> 0;
const ctx = { cwd: "/w", tmpdir: "/t", slashTmp: true, fs: emptyPathFs };
const LIMIT_MS = 50;
const MAX_LENGTH = 10_240;

function random(bound: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 4_294_967_296) * bound);
}
const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;

const PIECES = [
  "/",
  "..",
  ".",
  "a",
  "b",
  "*",
  "**",
  "?",
  "[",
  "]",
  "[a-z]",
  "[!",
  "{",
  "}",
  ",",
  "\\",
  "~",
  ":",
  "C:",
  "\\\\?\\",
  "\0",
  "é",
  "\u{1f600}",
];
const KEYS = [
  "type",
  "kind",
  "path",
  "value",
  "access",
  "entries",
  "read",
  "write",
  "network",
  "enabled",
  "file_system",
  "glob_scan_max_depth",
  "subpath",
  "pattern",
  "access",
  "writable_roots",
  "include_platform_defaults",
  "__proto__",
];
const WORDS = [
  "managed",
  "disabled",
  "external",
  "restricted",
  "unrestricted",
  "enabled",
  "path",
  "glob_pattern",
  "special",
  "root",
  "minimal",
  "project_roots",
  "unknown",
  "read",
  "write",
  "none",
  "read-only",
  "workspace-write",
  "full-access",
  "/a",
  "/w/b",
  "rel",
];

function text(): string {
  const length = random(20) === 0 ? random(2_000) : random(12);
  let made = "";
  const repeated = pick(PIECES);
  const repeats = random(5) === 0;
  for (let index = 0; index < length && made.length < MAX_LENGTH; index += 1)
    made += repeats ? repeated + pick(PIECES.slice(0, 8)) : pick(PIECES);
  return made;
}

function json(depth: number): unknown {
  const kind = random(depth > 4 ? 6 : 10);
  if (kind < 3) return pick(WORDS);
  if (kind === 3) return text();
  if (kind === 4) return pick([null, true, false, 0, 1, -1, 1.5, 2 ** 53, Number.NaN]);
  if (kind === 5) return random(10);
  if (kind === 6) return Array.from({ length: random(4) }, () => json(depth + 1));
  return Object.fromEntries(
    Array.from({ length: random(6) }, () => [random(8) === 0 ? text() : pick(KEYS), json(depth + 1)]),
  );
}

const special = () => ({
  type: "special",
  value: { kind: pick(["root", "minimal", "current_working_directory", "project_roots", "tmpdir", "slash_tmp"]) },
});
const entry = () => ({
  path: pick([
    () => ({ type: "path", path: `/${text()}` }),
    () => ({ type: "glob_pattern", pattern: text() }),
    special,
  ])(),
  access: pick(["read", "write", "none"]),
});
/** A right value, spoilt in one place or not. */
function nearlyRight(): unknown {
  const profile = {
    type: "managed",
    network: pick(["restricted", "enabled"]),
    file_system: {
      type: "restricted",
      entries: Array.from({ length: random(6) }, entry),
      glob_scan_max_depth: random(4),
    },
  } as Record<string, unknown>;
  if (random(3) === 0) profile[pick(KEYS)] = json(3);
  return profile;
}

const TARGETS: Record<string, () => void> = {
  profile: () => {
    const profile = decodeProfile(random(2) === 0 ? nearlyRight() : json(0));
    const runtime = profileToRuntime(profile);
    explain(runtime.fileSystem, text(), ctx);
    writableRoots(profile, ctx);
    needsDirectRuntimeEnforcement(runtime, ctx);
    fromLegacy(toLegacy(profile, ctx), ctx);
  },
  overlay: () => void decodeAdditionalPermissions(json(0), { strict: random(2) === 0 }),
  policy: () => void decodeFileSystemPolicy(json(0)),
  legacy: () =>
    void fromLegacy(decodeSandboxPolicy({ type: pick(WORDS), ...(json(0) as object) }, { base: "/w" }), ctx),
  table: () => {
    const table = Object.fromEntries(
      Array.from({ length: random(4) }, () => [text(), random(2) === 0 ? pick(["read", "write", "none"]) : json(3)]),
    );
    compileProfileTable({ filesystem: table }, { name: "p", cwd: "/w", home: "/h" });
  },
  glob: () => void compileGlob(text(), pick(["posix", "windows"])).matches(text()),
  deny: () => void compileReadDeny(restricted([globEntry(text())]), ctx)?.denies(text()),
  path: () => {
    normalizePath(text(), pick(["posix", "windows"]));
    absolutePath(text(), { home: "/h", flavor: pick(["posix", "windows"]) });
  },
  access: () => void compileAccess(restricted([pathEntry(text(), "write")]), ctx).resolve(text()),
};

fuzzTargets({
  targets: TARGETS,
  count,
  limitMs: LIMIT_MS,
  isOwnError: error => error instanceof PermissionsError,
  pick,
  readState: () => state,
  writeState: before => {
    state = before;
  },
});
