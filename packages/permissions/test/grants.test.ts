import type { AskForApproval } from "@codex-ts/protocol";
import { describe, expect, it } from "vitest";
import {
  additionalPermissionsFromV2,
  additionalPermissionsToV2,
  type AdditionalPermissionProfile,
  decodeAdditionalPermissions,
  encodeAdditionalPermissions,
  type FileSystemSandboxEntry,
  grantFromClient,
  grantFromReviewer,
  grantWithoutAsking,
  intersect,
  permissionGrantOutput,
  permissionsOfCall,
  PermissionsError,
  type SandboxPermissions,
  storeGrant,
  validateInlineRequest,
  validatePermissionRequest,
} from "../src/index.ts";
import { cwd, deny, minimal, path, project, root, unknown } from "./entries.ts";
import { context, O, W } from "./tree.ts";

const HOME = "/home/u";
const fs = (entries: FileSystemSandboxEntry[], depth?: number): AdditionalPermissionProfile => ({
  network: null,
  file_system: { entries, ...(depth === undefined ? {} : { glob_scan_max_depth: depth }) },
});
const NOTHING: AdditionalPermissionProfile = { network: null, file_system: null };

describe("what a client grants of a request, from the tool's arguments to its output", () => {
  const special = (kind: string, more: object = {}) => ({ path: { type: "special", value: { kind, ...more } } });
  const entry = (at: object, access: string) => ({ ...at, access });
  const glob = (pattern: string, access: string) => ({ path: { type: "glob_pattern", pattern }, access });
  it.each<[string, object, object, "turn" | "session" | undefined, object]>([
    [
      "G1 a child",
      { file_system: { write: [`${O}/p`] } },
      { fileSystem: { read: [`${O}/p/q`], write: null } },
      undefined,
      { network: null, file_system: { read: [`${O}/p/q`] } },
    ],
    [
      "G2 not the parent",
      { file_system: { write: [`${O}/p/q`] } },
      { fileSystem: { read: null, write: [`${O}/p`, `${O}/p/q`] } },
      "session",
      { network: null, file_system: { write: [`${O}/p/q`] } },
    ],
    [
      "G3 the network alone",
      { network: { enabled: true }, file_system: { read: [`${O}/p`] } },
      { network: { enabled: true }, fileSystem: { read: ["/"], write: null } },
      undefined,
      { network: { enabled: true }, file_system: null },
    ],
    [
      "G4 a project path as it is now",
      { file_system: { entries: [entry(special("project_roots", { subpath: "out" }), "write")] } },
      {
        fileSystem: {
          read: null,
          write: null,
          entries: [entry(special("project_roots", { subpath: "out" }), "write")],
        },
      },
      undefined,
      { network: null, file_system: { write: [`${W}/out`] } },
    ],
    [
      "G5 denials of both sides, scanned as deep as the deeper one",
      { file_system: { entries: [entry(special("root"), "write"), glob("**/*.pem", "none")], glob_scan_max_depth: 2 } },
      {
        fileSystem: {
          read: null,
          write: null,
          entries: [entry(special("root"), "write"), glob(`${W}/**/*.pem`, "none")],
          globScanMaxDepth: 5,
        },
      },
      undefined,
      {
        network: null,
        file_system: {
          entries: [entry(special("root"), "write"), glob(`${W}/**/*.pem`, "none")],
          glob_scan_max_depth: 5,
        },
      },
    ],
    [
      "G6 minimal by its name",
      { file_system: { entries: [entry(special("minimal"), "read")] } },
      { fileSystem: { read: null, write: null, entries: [entry(special("minimal"), "read")] } },
      undefined,
      { network: null, file_system: { entries: [entry(special("minimal"), "read")] } },
    ],
    [
      "G7 no denial",
      { file_system: { read: [`${O}/p`] } },
      { fileSystem: { read: null, write: null, entries: [entry({ path: { type: "path", path: `${O}/p` } }, "none")] } },
      undefined,
      { network: null, file_system: null },
    ],
    [
      "G8 the home folder",
      { file_system: { write: ["~/zz"] } },
      { fileSystem: { read: null, write: [`${HOME}/zz`] } },
      undefined,
      { network: null, file_system: { write: [`${HOME}/zz`] } },
    ],
    [
      "G9 a part of /tmp",
      { file_system: { entries: [entry(special("slash_tmp"), "write")] } },
      { fileSystem: { read: null, write: ["/tmp/x"] } },
      undefined,
      { network: null, file_system: { write: ["/tmp/x"] } },
    ],
  ])("%s", (_name, asked, answered, scope, output) => {
    const ctx = context();
    const requested = validatePermissionRequest(
      decodeAdditionalPermissions(asked, { base: W, home: HOME, strict: true }),
      ctx,
    );
    const permissions = additionalPermissionsFromV2(answered);
    const grant = grantFromClient(requested, { permissions, ...(scope === undefined ? {} : { scope }) }, ctx);
    expect(JSON.parse(permissionGrantOutput(grant))).toEqual({ permissions: output, scope: scope ?? "turn" });
  });

  it("shows a request as lists and as entries", () => {
    expect(additionalPermissionsToV2(fs([path(`${O}/p`, "write")]))).toEqual({
      network: null,
      fileSystem: {
        read: null,
        write: [`${O}/p`],
        entries: [{ path: { type: "path", path: `${O}/p` }, access: "write" }],
      },
    });
  });
});

describe("intersect", () => {
  const both = (requested: AdditionalPermissionProfile, granted: AdditionalPermissionProfile) =>
    intersect(requested, granted, context());

  it("U5 drops a path that a requested deny glob matches", () => {
    expect(both(fs([cwd("write"), deny("**/*.env")], 2), fs([path(`${W}/.env`, "write")]))).toEqual(NOTHING);
  });

  it("U6 drops the parent of what was requested", () => {
    expect(both(fs([path(`${W}/child`, "write")]), fs([cwd("write")]))).toEqual(NOTHING);
  });

  it("U7 materialises a denial of the working directory", () => {
    const same = fs([root("write"), cwd("none")]);
    expect(both(same, same)).toEqual(fs([root("write"), path(W, "none")]));
  });

  it("U8 takes the deeper scan, and no depth for an unbounded one", () => {
    const asked = fs([root("write"), deny("/x/**/k")], 2);
    expect(both(asked, fs([root("write"), deny("/x/**/k")], 4)).file_system?.glob_scan_max_depth).toBe(4);
    expect(both(asked, fs([root("write"), deny("/x/**/k")])).file_system).not.toHaveProperty("glob_scan_max_depth");
  });

  it("does not let a write out of a requested read", () => {
    expect(both(fs([path(O, "read")]), fs([path(O, "write")]))).toEqual(NOTHING);
    expect(both(fs([path(O, "write")]), fs([path(O, "read")]))).toEqual(fs([path(O, "read")]));
    expect(both(fs([minimal("read")]), fs([minimal("write")]))).toEqual(NOTHING);
    expect(both(fs([unknown(":x", "write")]), fs([unknown(":y", "write"), unknown(":x", "read")]))).toEqual(
      fs([unknown(":x", "read")]),
    );
  });

  it("knows what does not resolve by its name, among other requests", () => {
    const asked = fs([minimal("read"), unknown(":x", "write"), path(O, "read")]);
    expect(both(asked, fs([unknown(":x", "write")]))).toEqual(fs([unknown(":x", "write")]));
    expect(both(asked, fs([deny("/a/*")]))).toEqual(NOTHING);
  });

  it("keeps a denial only where it cuts into what was accepted", () => {
    const asked = fs([
      path(`${O}/a`, "write"),
      path(`${O}/a/no`, "none"),
      path(`${O}/b`, "none"),
      deny(`${O}/b/*`),
      deny(`${O}/a*/x`),
    ]);
    expect(both(asked, fs([path(`${O}/a`, "write")])).file_system?.entries).toEqual([
      path(`${O}/a`, "write"),
      path(`${O}/a/no`, "none"),
      deny(`${O}/a*/x`),
    ]);
  });

  it("keeps a denial that holds what was accepted in itself", () => {
    const granted = fs([path(`${O}/a/b`, "read"), path(`${O}/a`, "none"), minimal("none")]);
    expect(both(fs([path(`${O}/a`, "read")]), granted)).toEqual(fs([path(`${O}/a/b`, "read"), path(`${O}/a`, "none")]));
  });

  it("gives files only where the request had files, and network only where both say so", () => {
    const net = { network: { enabled: true }, file_system: null };
    expect(both(net, fs([path(O, "read")]))).toEqual(NOTHING);
    expect(both(net, net)).toEqual(net);
    expect(both(net, { network: { enabled: false }, file_system: null })).toEqual(NOTHING);
    expect(both(fs([path(O, "read")]), NOTHING)).toEqual(NOTHING);
  });

  it("pins the project's folder to where it is now", () => {
    expect(both(fs([project("write")]), fs([cwd("read"), project("write")])).file_system?.entries).toEqual([
      path(W, "read"),
      path(W, "write"),
    ]);
  });
});

describe("a request of a single command", () => {
  const ask = (more: Partial<Parameters<typeof validateInlineRequest>[0]>) =>
    validateInlineRequest(
      {
        mode: "with_additional_permissions",
        additional: fs([path(O, "read")]),
        preapproved: false,
        featureEnabled: true,
        approvalPolicy: "on-request",
        ...more,
      },
      context(),
    );
  it("is normalised", () => {
    expect(ask({})).toEqual(fs([path(O, "read")]));
    expect(ask({ mode: "use_default", additional: null, featureEnabled: false })).toBeNull();
  });

  it.each<[string, Parameters<typeof ask>[0], string]>([
    [
      "the feature is off",
      { featureEnabled: false },
      "additional permissions are disabled; enable `features.exec_permission_approvals` before using `with_additional_permissions`",
    ],
    [
      "the feature is off and permissions are given without the mode",
      { featureEnabled: false, mode: "use_default" },
      "additional permissions are disabled",
    ],
    ["the approval policy does not ask", { approvalPolicy: "never" }, "approval policy is Never; reject command"],
    ["the approval policy asks too late", { approvalPolicy: "on-failure" }, "unless the approval policy is OnRequest"],
    [
      "nothing is named",
      { additional: null },
      "missing `additional_permissions`; provide at least one of `network` or `file_system` when using `with_additional_permissions`",
    ],
    [
      "nothing is asked for",
      { additional: { network: { enabled: null }, file_system: { entries: [] } } },
      "`additional_permissions` must include at least one requested permission in `network` or `file_system`",
    ],
    [
      "the mode is missing",
      { mode: "require_escalated" },
      "`additional_permissions` requires `sandbox_permissions` set to `with_additional_permissions`",
    ],
  ])("is refused when %s", (_name, more, message) => {
    expect(() => ask(more)).toThrow(PermissionsError);
    expect(() => ask(more)).toThrow(message);
  });

  it("needs neither the feature nor a policy that asks when it was granted before", () => {
    expect(ask({ preapproved: true, featureEnabled: false, approvalPolicy: "never" })).toEqual(fs([path(O, "read")]));
  });
});

describe("a request_permissions call", () => {
  const granular = (request_permissions: boolean): AskForApproval => ({
    granular: {
      sandbox_approval: true,
      rules: true,
      skill_approval: true,
      mcp_elicitations: true,
      request_permissions,
    },
  });
  it("must ask for something", () => {
    expect(() => validatePermissionRequest(NOTHING, context())).toThrow(
      "request_permissions requires at least one permission",
    );
  });

  it("is answered with nothing where the policy forbids asking", () => {
    const nothing = { permissions: NOTHING, scope: "turn", strictAutoReview: false };
    expect(grantWithoutAsking("never")).toEqual(nothing);
    expect(grantWithoutAsking(granular(false))).toEqual(nothing);
    for (const policy of ["on-request", "untrusted", "on-failure", granular(true)] as const) {
      expect(grantWithoutAsking(policy)).toBeNull();
    }
  });

  it("takes a reviewer's verdict whole", () => {
    const asked = fs([path(O, "read")]);
    expect(grantFromReviewer(asked, "approved")).toMatchObject({ permissions: asked, scope: "turn" });
    expect(grantFromReviewer(asked, "network-allowed")).toMatchObject({ permissions: asked, scope: "turn" });
    expect(grantFromReviewer(asked, "approved-for-session")).toMatchObject({ permissions: asked, scope: "session" });
    for (const no of ["denied", "abort", "timed-out"] as const) {
      expect(grantFromReviewer(asked, no)).toEqual({ permissions: NOTHING, scope: "turn", strictAutoReview: false });
    }
  });

  it("takes a failed answer for nothing and refuses a strict review for the session", () => {
    const asked = fs([path(O, "read")]);
    const nothing = { permissions: NOTHING, scope: "turn", strictAutoReview: false };
    expect(grantFromClient(asked, null, context())).toEqual(nothing);
    const strict = { permissions: asked, strictAutoReview: true };
    expect(grantFromClient(asked, { ...strict, scope: "session" }, context())).toEqual(nothing);
    const grant = grantFromClient(asked, strict, context());
    expect(grant).toMatchObject({ permissions: asked, scope: "turn", strictAutoReview: true });
    expect(JSON.parse(permissionGrantOutput(grant))).toMatchObject({ strict_auto_review: true });
  });

  it("keeps the scope of an empty grant", () => {
    expect(grantFromClient(fs([path(O, "read")]), { permissions: NOTHING, scope: "session" }, context())).toEqual({
      permissions: NOTHING,
      scope: "session",
      strictAutoReview: false,
    });
  });
});

describe("grants that last", () => {
  const none = { session: null, turn: null };
  const call = (mode: SandboxPermissions, additional: AdditionalPermissionProfile | null = null) => ({
    mode,
    additional,
  });

  it("accumulate in their scope, empty ones not", () => {
    const once = storeGrant(none, fs([path(O, "read")]), "session");
    expect(storeGrant(once, fs([path("/a", "write")]), "session")).toEqual({
      session: fs([path(O, "read"), path("/a", "write")]),
      turn: null,
    });
    expect(storeGrant(once, NOTHING, "turn")).toBe(once);
  });

  it("widen later calls without being asked for, and need no prompt then", () => {
    const stored = { session: fs([path(O, "write")]), turn: { network: { enabled: true }, file_system: null } };
    expect(permissionsOfCall(call("use_default"), stored, context())).toEqual({
      mode: "with_additional_permissions",
      effective: { network: { enabled: true }, file_system: { entries: [path(O, "write")] } },
      preapproved: true,
    });
    const within = permissionsOfCall(
      call("with_additional_permissions", fs([path(`${O}/x`, "read")])),
      stored,
      context(),
    );
    expect(within.effective?.file_system?.entries).toEqual([path(`${O}/x`, "read"), path(O, "write")]);
    const beyond = permissionsOfCall(call("with_additional_permissions", fs([path("/b", "read")])), stored, context());
    expect(beyond.preapproved).toBe(false);
  });

  it("do not touch an escalated call, and nothing comes of nothing", () => {
    const stored = { session: fs([path(O, "write")]), turn: null };
    expect(permissionsOfCall(call("require_escalated"), stored, context())).toEqual({
      mode: "require_escalated",
      effective: null,
      preapproved: false,
    });
    expect(permissionsOfCall(call("use_default"), none, context())).toEqual({
      mode: "use_default",
      effective: null,
      preapproved: false,
    });
    const own = permissionsOfCall(call("with_additional_permissions", fs([path(O, "read")])), none, context());
    expect(own).toMatchObject({ preapproved: false, effective: fs([path(O, "read")]) });
  });

  it("survive their own encoding", () => {
    const stored = fs([path(O, "read"), deny("/x/*")], 3);
    expect(decodeAdditionalPermissions(encodeAdditionalPermissions(stored))).toEqual(stored);
  });
});
