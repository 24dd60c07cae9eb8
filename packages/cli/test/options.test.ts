import { describe, expect, it } from "vitest";
import { mergeLevels, typedOverrides } from "../src/commands/thread-flags.ts";
import { overrideArguments } from "../src/global-options.ts";
import { inheritShared } from "../src/options.ts";

describe("options given before exec", () => {
  it("hold for exec where exec was given none", () => {
    expect(inheritShared({ model: "a", cd: "/x" }, { cd: "/y" })).toEqual({ model: "a", cd: "/y" });
  });
  it("put their images and folders first", () => {
    expect(inheritShared({ image: ["1"], addDir: ["a"] }, { image: ["2"], addDir: ["b"] })).toEqual({
      image: ["1", "2"],
      addDir: ["a", "b"],
    });
  });
  it("choose the sandbox only when exec chose none", () => {
    expect(inheritShared({ fullAuto: true }, {})).toEqual({ fullAuto: true });
    expect(inheritShared({ fullAuto: true }, { sandbox: "read-only" })).toEqual({ sandbox: "read-only" });
    expect(inheritShared({ dangerouslyBypassApprovalsAndSandbox: true }, { fullAuto: true })).toEqual({
      fullAuto: true,
    });
  });
});

describe("the sandbox of a run", () => {
  it.each([
    [[{ sandbox: "read-only" as const }], "read-only"],
    [[{ sandbox: "read-only" as const, fullAuto: true }], "workspace-write"],
    [[{ sandbox: "danger-full-access" as const }, { fullAuto: true }], "workspace-write"],
    [[{ dangerouslyBypassApprovalsAndSandbox: true }, { fullAuto: true }], "workspace-write"],
    [[{ dangerouslyBypassApprovalsAndSandbox: true }, { sandbox: "read-only" as const }], "read-only"],
    [[{ fullAuto: true }, { sandbox: "read-only" as const }, {}], "read-only"],
    [[{ fullAuto: true }, {}], "workspace-write"],
    [[{}, { dangerouslyBypassApprovalsAndSandbox: true }], "danger-full-access"],
    [[{}], undefined],
  ])("%j: %s", (levels, mode) => {
    expect(typedOverrides(mergeLevels(levels), "/").sandboxMode).toBe(mode);
  });
});

describe("overrides", () => {
  it("come in order, those before the subcommand first, features last", () => {
    expect(
      overrideArguments({ config: ["a=1"], enable: ["x"] }, { config: ["a=2"], disable: ["y"], enable: ["z"] }),
    ).toEqual(["a=1", "a=2", "features.x=true", "features.z=true", "features.y=false"]);
  });
});
