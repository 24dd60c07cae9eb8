import { mkdirSync, symlinkSync } from "node:fs";
import { pathEntry, type PermissionProfile, specialEntry } from "@codex-ts/permissions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { explainFailure, explainSandbox, formatExplanation, runSandboxed } from "../src/index.ts";
import {
  bwrapEngine,
  landlockEngine,
  makePlace,
  type Place,
  readOnly,
  type TestEngine,
  workspaceWrite,
} from "./support/engines.ts";

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const env = { PATH: process.env.PATH ?? "/usr/bin:/bin" };
const context = (engine: TestEngine, profile: PermissionProfile | null) => ({
  cwd: place.W,
  env,
  profile,
  host: engine.host,
});

async function causeOf(engine: TestEngine, profile: PermissionProfile, command: string) {
  const explanation = await explainSandbox(["sh", "-c", command], context(engine, profile));
  const { aggregated } = await runSandboxed({ ...context(engine, profile), permissions: profile, command });
  return explainFailure(explanation, aggregated);
}

describe("an explanation", () => {
  it.runIf(bwrapEngine.works)("names engine, network and every rule with its reason", async () => {
    mkdirSync(`${place.W}/.git`);
    const explanation = await explainSandbox(["make"], context(bwrapEngine, workspaceWrite(place.W)));
    expect(explanation).toMatchObject({
      command: ["make"],
      engine: "bwrap",
      error: null,
      network: { access: "none" },
      environment: { CODEX_SANDBOX_NETWORK_DISABLED: "1" },
    });
    expect(explanation.rules.map(({ access, path }) => [access, path])).toEqual([
      ["read", "/"],
      ["private", "/dev"],
      ["write", place.W],
      ["read", `${place.W}/.git`],
      ["blocked", `${place.W}/.codex`],
    ]);
    expect(formatExplanation(explanation)).toContain(
      `${place.W}/.git may be read: stays read-only below writable root`,
    );
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  it.runIf(landlockEngine.works)("says what Landlock leaves open", async () => {
    const explanation = await explainSandbox(["make"], context(landlockEngine, workspaceWrite(place.W)));
    expect(explanation.engine).toBe("landlock");
    expect(explanation.limits).toContain(`${place.W}/.codex is not protected: Landlock knows no exceptions`);
    expect(explanation.rules.filter(({ access }) => access === "write").map(({ path }) => path)).toContain(place.W);
    expect(explanation.rules[0]).toMatchObject({ access: "read", path: "/" });
  });

  it.runIf(bwrapEngine.works)("of a command that would not run says why", async () => {
    symlinkSync("x", `${place.W}/.codex`);
    const explanation = await explainSandbox(["make"], context(bwrapEngine, workspaceWrite(place.W)));
    expect(explanation).toMatchObject({ engine: "error", error: { code: "writable_symlink" } });
    expect(formatExplanation(explanation)).toMatch(/would not run: cannot enforce/);
  });

  it("of an unconfined command is short", async () => {
    const explanation = await explainSandbox(["make"], context(bwrapEngine, null));
    expect(explanation).toMatchObject({ engine: "none", network: { access: "full" }, rules: [], environment: {} });
  });
});

describe("the likely cause of a failure", () => {
  it.runIf(bwrapEngine.works)("is the rule of the path in the message", async () => {
    const { W, O } = place;
    mkdirSync(`${W}/.git`);
    expect(await causeOf(bwrapEngine, workspaceWrite(W), `touch ${O}/x`)).toMatchObject({
      kind: "files",
      path: `${O}/x`,
      rule: "/: everything may be read, nothing written unless named",
    });
    expect(await causeOf(bwrapEngine, workspaceWrite(W), "touch .git/x")).toMatchObject({
      path: `${W}/.git/x`,
      rule: `${W}/.git: stays read-only below writable root ${W}`,
    });
    expect(await causeOf(bwrapEngine, workspaceWrite(W), "mkdir .codex")).toMatchObject({
      path: `${W}/.codex`,
      rule: expect.stringContaining("does not exist, and stays read-only"),
    });
  });

  it.runIf(bwrapEngine.works)("may be a hidden path that seems not to exist", async () => {
    const profile: PermissionProfile = {
      type: "managed",
      file_system: {
        type: "restricted",
        entries: [specialEntry({ kind: "root" }, "read"), pathEntry(place.O, "none")],
      },
      network: "restricted",
    };
    expect(await causeOf(bwrapEngine, profile, `cat ${place.O}/f`)).toMatchObject({
      rule: `${place.O}: may not be read`,
    });
  });

  it.runIf(landlockEngine.works)("is found for Landlock, too", async () => {
    expect(await causeOf(landlockEngine, readOnly(place.W), `touch ${place.W}/x`)).toMatchObject({
      path: `${place.W}/x`,
      rule: "/: everything may be read",
    });
  });

  it.runIf(bwrapEngine.works)("may be the closed network", async () => {
    const explanation = await explainSandbox(["curl"], context(bwrapEngine, readOnly(place.W)));
    for (const line of [
      "curl: (6) Could not resolve host: example.com",
      "npm error request to https://registry.npmjs.org failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org",
      "dial tcp: lookup proxy.golang.org: Temporary failure in name resolution",
    ]) {
      expect(explainFailure(explanation, line)).toMatchObject({ kind: "network", evidence: line });
    }
    const online = await explainSandbox(
      ["curl"],
      context(bwrapEngine, workspaceWrite(place.W, { network_access: true })),
    );
    expect(explainFailure(online, "curl: (6) Could not resolve host: example.com")).toBeNull();
  });

  it.runIf(bwrapEngine.works)("is not made up", async () => {
    const explanation = await explainSandbox(["make"], context(bwrapEngine, workspaceWrite(place.W)));
    for (const output of ["", "error: expected ';'", `cat: ${place.W}/x: No such file or directory`, "1 test failed"]) {
      expect(explainFailure(explanation, output)).toBeNull();
    }
  });
});
