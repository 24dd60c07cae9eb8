import { describe, expect, expectTypeOf, it } from "vitest";
import { SessionSource as CoreSource } from "../src/core/index.ts";
import { PlanType, SessionSource, Thread, ThreadItem, ThreadStartParams, type Turn } from "../src/index.ts";
import { ResponseItem } from "../src/models/index.ts";

const thread = {
  id: "t",
  preview: "",
  ephemeral: false,
  modelProvider: "p",
  createdAt: 1,
  updatedAt: 1,
  status: { type: "active", activeFlags: [] },
  cwd: "/a/../b/",
  cliVersion: "1",
  source: { subAgent: { thread_spawn: { parent_thread_id: "p", depth: 1, agent_type: "role" } } },
  turns: [],
};

describe("the schemas of the wire", () => {
  it("write every nullable field, normalise absolute paths and read older names", () => {
    const decoded = Thread.parse(thread);
    expect(decoded.cwd).toBe("/b");
    expect(decoded.gitInfo).toBeNull();
    expect(decoded.source).toEqual({
      subAgent: {
        thread_spawn: {
          parent_thread_id: "p",
          depth: 1,
          agent_path: null,
          agent_nickname: null,
          agent_role: "role",
        },
      },
    });
    expectTypeOf<Thread["turns"]>().toEqualTypeOf<Turn[]>();
  });

  it("turn unknown values into the catch-all where there is one", () => {
    expect(PlanType.parse("platinum")).toBe("unknown");
    expect(SessionSource.parse("toaster")).toBe("unknown");
    expect(CoreSource.parse("mcp")).toBe("mcp");
    expect(ResponseItem.parse({ type: "hologram" })).toEqual({ type: "other" });
    expect(ThreadItem.safeParse({ type: "hologram" }).success).toBe(false);
  });

  it("tell null from absent where both mean something", () => {
    expect(ThreadStartParams.parse({ serviceTier: null })).toMatchObject({ serviceTier: null });
    expect("serviceTier" in ThreadStartParams.parse({})).toBe(false);
  });
});
