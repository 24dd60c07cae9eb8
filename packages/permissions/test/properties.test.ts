import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  absolutePath,
  type AdditionalPermissionProfile,
  additionalPermissionsFromV2,
  additionalPermissionsToV2,
  compileAccess,
  compileProfileTable,
  containsPath,
  decodeAdditionalPermissions,
  decodeFileSystemPolicy,
  decodeProfile,
  decodeSandboxPolicy,
  emptyPathFs,
  encodeAdditionalPermissions,
  encodeSandboxPolicy,
  explain,
  type FileSystemSandboxEntry,
  fileSystemWritableRoots,
  fromLegacy,
  intersect,
  isPathWritable,
  keepDenies,
  merge,
  needsDirectRuntimeEnforcement,
  normalizePath,
  type PermissionContext,
  type PermissionProfile,
  PermissionsError,
  profileFromRuntime,
  profileFromV2,
  profileToRuntime,
  profileToV2,
  resolvedEntries,
  restricted,
  type SandboxPolicy,
  toLegacy,
} from "../src/index.ts";
import { context, W } from "./tree.ts";

const ctx: PermissionContext = { cwd: "/w", tmpdir: "/t", slashTmp: true, fs: emptyPathFs };

const component = fc.constantFrom("a", "b", "c", "w", "t");
const pathOf = fc.array(component, { maxLength: 4 }).map(parts => `/${parts.join("/")}`);
const access = fc.constantFrom("read", "write", "none");
const place = fc.oneof(
  { weight: 4, arbitrary: pathOf.map(path => ({ type: "path" as const, path })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("/a/*", "**/b", "/w/**/c").map(pattern => ({ type: "glob_pattern" as const, pattern })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<Extract<FileSystemSandboxEntry["path"], { type: "special" }>["value"]>(
        { kind: "root" },
        { kind: "minimal" },
        { kind: "current_working_directory" },
        { kind: "project_roots" },
        { kind: "project_roots", subpath: "a" },
        { kind: "tmpdir" },
        { kind: "slash_tmp" },
        { kind: "unknown", path: ":x" },
      )
      .map(value => ({ type: "special" as const, value })),
  },
);
const entry: fc.Arbitrary<FileSystemSandboxEntry> = fc
  .record({ path: place, access })
  .map(made => (made.path.type === "glob_pattern" ? { ...made, access: "none" } : made));
const entries = fc.array(entry, { maxLength: 8 });
const depth = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
const policy = fc.tuple(entries, depth).map(([list, deep]) => restricted(list, deep));
const profile: fc.Arbitrary<PermissionProfile> = fc.oneof(
  fc.constant<PermissionProfile>({ type: "disabled" }),
  fc.constantFrom("restricted", "enabled").map(network => ({ type: "external" as const, network })),
  fc
    .tuple(fc.oneof(policy, fc.constant({ kind: "unrestricted" as const })), fc.constantFrom("restricted", "enabled"))
    .map(([fs, network]) => profileFromRuntime(fs, network)),
);
const overlay: fc.Arbitrary<AdditionalPermissionProfile | null> = fc.option(
  fc
    .record({
      network: fc.option(fc.boolean().map(enabled => ({ enabled }))),
      file_system: fc.option(
        fc
          .tuple(fc.uniqueArray(entry, { minLength: 1, maxLength: 5, selector: one => JSON.stringify(one) }), depth)
          .map(([list, deep]) => ({ entries: list, ...(deep === undefined ? {} : { glob_scan_max_depth: deep }) })),
      ),
    })
    .filter(made => made.network !== null || made.file_system !== null),
);
const roots = fc.array(pathOf, { maxLength: 3 });
const readAccess = fc.oneof(
  fc.constant({ type: "full-access" as const }),
  fc.record({
    type: fc.constant("restricted" as const),
    include_platform_defaults: fc.boolean(),
    readable_roots: roots,
  }),
);
const legacy: fc.Arbitrary<SandboxPolicy> = fc.oneof(
  fc.constant<SandboxPolicy>({ type: "danger-full-access" }),
  fc
    .constantFrom("restricted", "enabled")
    .map(network_access => ({ type: "external-sandbox" as const, network_access })),
  fc.record({ type: fc.constant("read-only" as const), access: readAccess, network_access: fc.boolean() }),
  fc.record({
    type: fc.constant("workspace-write" as const),
    writable_roots: roots,
    read_only_access: readAccess,
    network_access: fc.boolean(),
    exclude_tmpdir_env_var: fc.boolean(),
    exclude_slash_tmp: fc.boolean(),
  }),
);

/** Runs something; null when it gives the package's own error. */
function orNull<T>(run: () => T): T | null {
  try {
    return run();
  } catch (error) {
    if (error instanceof PermissionsError) return null;
    throw error;
  }
}

describe("access", () => {
  const order = { read: 0, write: 1, none: 2 };

  it("is that of the deepest entry, the strongest on one path, for any policy and path", () => {
    fc.assert(
      fc.property(policy, pathOf, (fs, path) => {
        const winner = resolvedEntries(fs, ctx)
          .filter(resolved => containsPath(resolved.path, path))
          .toSorted(
            (a, b) =>
              b.path.split("/").filter(Boolean).length - a.path.split("/").filter(Boolean).length ||
              order[b.entry.access] - order[a.entry.access],
          )[0];
        const expected = winner?.entry.access ?? "none";
        expect(compileAccess(fs, ctx).resolve(path)).toBe(expected);
        expect(explain(fs, path, ctx).access).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it("never lets a writable root hold what the entries do not let be written", () => {
    fc.assert(
      fc.property(policy, pathOf, (fs, path) => {
        const found = fileSystemWritableRoots(fs, ctx);
        const matcher = compileAccess(fs, ctx);
        const byRoots = found.some(root => isPathWritable(root, path));
        const isMetadata = found.some(root => root.read_only_subpaths.some(below => containsPath(below, path)));
        // Protected metadata is the one thing that entries allow and roots do not; without roots all may be writable.
        const expected = found.length === 0 || isMetadata ? byRoots : matcher.canWrite(path);
        expect(byRoots).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("merging and intersecting", () => {
  /** An overlay without a network half that grants nothing: `false` and absent mean the same. */
  const granting = (made: AdditionalPermissionProfile | null) => {
    const network = made?.network?.enabled === true ? made.network : null;
    return { network, file_system: made?.file_system ?? null };
  };

  it("merge is associative in what it grants and has nothing as its neutral element", () => {
    fc.assert(
      fc.property(overlay, overlay, overlay, (a, b, c) => {
        expect(granting(merge(merge(a, b), c))).toEqual(granting(merge(a, merge(b, c))));
        expect(merge(a, null)).toEqual(a);
        expect(merge(null, a)).toEqual(a);
      }),
      { numRuns: 2_000 },
    );
  });

  it("a grant reaches nothing its request did not ask for or denied", () => {
    fc.assert(
      fc.property(overlay, overlay, pathOf, (requested, granted, path) => {
        if (requested === null || granted === null) return;
        const got = intersect(requested, granted, ctx);
        const asked = compileAccess(restricted(requested.file_system?.entries ?? []), ctx);
        const given = compileAccess(restricted(got.file_system?.entries ?? []), ctx);
        expect(given.canRead(path) && !asked.canRead(path)).toBe(false);
        const writes = resolvedEntries(restricted(got.file_system?.entries ?? []), ctx).filter(
          one => one.entry.access === "write",
        );
        expect(writes.every(one => asked.canWrite(one.path))).toBe(true);
        expect(got.network?.enabled === true && requested.network?.enabled !== true).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeping denials never opens a path that was denied", () => {
    fc.assert(
      fc.property(policy, policy, (next, existing) => {
        const kept = keepDenies(next, existing).entries ?? [];
        for (const denied of (existing.entries ?? []).filter(one => one.access === "none")) {
          expect(kept).toContainEqual(denied);
        }
      }),
    );
  });
});

describe("round trips", () => {
  it("of profiles through the runtime policies, the v2 wire and rollouts", () => {
    fc.assert(
      fc.property(profile, made => {
        expect(profileFromV2(profileToV2(made))).toEqual(made);
        expect(decodeProfile(JSON.parse(JSON.stringify(made)))).toEqual(made);
        const { fileSystem, network } = profileToRuntime(made);
        expect(decodeFileSystemPolicy(JSON.parse(JSON.stringify(fileSystem)))).toEqual(fileSystem);
        const enforcement = made.type;
        expect(profileFromRuntime(fileSystem, network, enforcement)).toEqual(made);
      }),
    );
  });

  it("of overlays through both wires, where only the order of lists may change", () => {
    const sorted = (made: AdditionalPermissionProfile) =>
      made.file_system?.entries.map(one => JSON.stringify(one)).toSorted() ?? null;
    fc.assert(
      fc.property(overlay, made => {
        if (made === null) return;
        const core = decodeAdditionalPermissions(JSON.parse(JSON.stringify(encodeAdditionalPermissions(made))));
        const v2 = additionalPermissionsFromV2(additionalPermissionsToV2(made));
        for (const back of [core, v2]) {
          expect(sorted(back)).toEqual(sorted(made));
          expect(back.network).toEqual(made.network);
          expect(back.file_system?.glob_scan_max_depth).toBe(made.file_system?.glob_scan_max_depth);
        }
      }),
    );
  });

  it("of legacy policies, which mean the same after becoming a profile and coming back", () => {
    fc.assert(
      fc.property(legacy, made => {
        expect(decodeSandboxPolicy(JSON.parse(JSON.stringify(encodeSandboxPolicy(made))))).toEqual(made);
        const there = fromLegacy(made, ctx);
        const back = toLegacy(there, ctx);
        expect(back.type).toBe(made.type);
        const again = fromLegacy(back, ctx);
        const [one, two] = [there, again].map(each => compileAccess(profileToRuntime(each).fileSystem, ctx));
        for (const path of ["/", "/w", "/w/a", "/w/.codex", "/t", "/tmp/x", "/a/b", "/c"]) {
          expect(two?.canWrite(path)).toBe(one?.canWrite(path));
        }
        expect(again.type).toBe(there.type);
      }),
      { numRuns: 500 },
    );
  });

  it("of read-only policies, which never need direct enforcement", () => {
    fc.assert(
      fc.property(legacy, made => {
        const needed = needsDirectRuntimeEnforcement(profileToRuntime(fromLegacy(made, ctx)), ctx);
        expect(needed && made.type !== "workspace-write").toBe(false);
      }),
    );
  });
});

describe("paths", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "/", ".", "~", "\\", ":", "C") });

  it("are normal after they were normalised, and never climb above the root", () => {
    fc.assert(
      fc.property(text, input => {
        const clean = normalizePath(`/${input}`, "posix");
        expect(normalizePath(clean, "posix")).toBe(clean);
        expect(clean.startsWith("/")).toBe(true);
        expect(clean.split("/").some(part => part === ".." || part === ".")).toBe(false);
        const windows = normalizePath(`C:\\${input}`, "windows");
        expect(normalizePath(windows, "windows")).toBe(windows);
        expect(windows.startsWith("C:\\")).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("become absolute or are refused with the package's error", () => {
    fc.assert(
      fc.property(text, input => {
        const alone = orNull(() => absolutePath(input, { home: "/h" }));
        const joined = absolutePath(input, { base: W, home: "/h" });
        expect(joined.startsWith("/")).toBe(true);
        expect(alone ?? joined).toBe(joined);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("readers of foreign values", () => {
  it("throw nothing but the package's error on any JSON", () => {
    const keys = [
      "type",
      "network",
      "file_system",
      "entries",
      "path",
      "access",
      "value",
      "kind",
      "read",
      "write",
      "subpath",
    ];
    const key = fc.constantFrom(...keys);
    const word = fc.constantFrom(
      "managed",
      "restricted",
      "enabled",
      "path",
      "special",
      "root",
      "unknown",
      "/a",
      "read",
      "",
    );
    const { value } = fc.letrec(tie => ({
      value: fc.oneof(
        { maxDepth: 5, depthSize: "small" },
        fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.string()),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(key, fc.string()), tie("value"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(value, foreign => {
        orNull(() => decodeProfile(foreign));
        orNull(() => decodeAdditionalPermissions(foreign, { strict: true }));
        orNull(() => decodeFileSystemPolicy(foreign));
        orNull(() => decodeSandboxPolicy(foreign));
        orNull(() => compileProfileTable({ filesystem: foreign }, { name: "p", cwd: "/w" }));
        orNull(() => compileProfileTable(foreign, { name: "p", cwd: "/w" }));
      }),
      { numRuns: 3_000 },
    );
  });

  it("answer about any policy they accepted", () => {
    fc.assert(
      fc.property(policy, fc.string(), (fs, path) => {
        expect(["read", "write", "none"]).toContain(explain(fs, path, context()).access);
      }),
    );
  });
});
