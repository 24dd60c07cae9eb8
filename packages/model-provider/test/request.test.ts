import { describe, expect, it } from "vitest";
import {
  buildRequest,
  keepServerId,
  defineProvider,
  type RequestParts,
  sessionHeaders,
  turnMetadata,
  userAgent,
} from "../src/index.ts";
import { createMessage } from "../src/transport/incremental.ts";

const provider = defineProvider("p", { name: "P" }, "/");
const azure = defineProvider("a", { name: "azure" }, "/");
const parts: RequestParts = {
  model: "m",
  instructions: "i",
  input: [
    { type: "message", id: "msg_1", role: "user", content: [] },
    { type: "image_generation_call", id: "ig_1", status: "completed", result: "x" },
  ],
  tools: [{ type: "function", name: "f" }],
  parallelToolCalls: true,
  reasoning: { effort: "high", summary: "auto" },
  serviceTier: "fast",
  promptCacheKey: "t",
  verbosity: "low",
  outputSchema: { schema: { type: "object" } },
  clientMetadata: { "x-codex-installation-id": "u" },
};

describe("the request body", () => {
  it("has its keys in the order of the wire", () => {
    const body = buildRequest(provider, parts);
    expect(JSON.stringify(body)).toBe(
      '{"model":"m","instructions":"i","input":[{"type":"message","role":"user","content":[]},' +
        '{"type":"image_generation_call","id":"ig_1","status":"completed","result":"x"}],' +
        '"tools":[{"type":"function","name":"f"}],"tool_choice":"auto","parallel_tool_calls":true,' +
        '"reasoning":{"effort":"high","summary":"auto"},"store":false,"stream":true,' +
        '"include":["reasoning.encrypted_content"],"service_tier":"priority","prompt_cache_key":"t",' +
        '"text":{"verbosity":"low","format":{"type":"json_schema","strict":true,"schema":{"type":"object"},"name":"codex_output_schema"}},' +
        '"client_metadata":{"x-codex-installation-id":"u"}}',
    );
  });

  it("leaves out what is not set", () => {
    const { serviceTier: _t, promptCacheKey: _k, verbosity: _v, outputSchema: _s, clientMetadata: _m, ...bare } = parts;
    expect(
      JSON.stringify(buildRequest(provider, { ...bare, instructions: "", input: [], tools: [], reasoning: null })),
    ).toBe(
      '{"model":"m","input":[],"tools":[],"tool_choice":"auto","parallel_tool_calls":true,"reasoning":null,"store":false,"stream":true,"include":[]}',
    );
    const none = buildRequest(provider, { ...bare, reasoning: { effort: null, summary: "none" } });
    expect(none.reasoning).toEqual({});
    expect(buildRequest(provider, { ...bare, serviceTier: "flex" }).service_tier).toBe("flex");
  });

  it("keeps responses and ids at Azure", () => {
    const body = buildRequest(azure, parts);
    expect(body.store).toBe(true);
    expect(body.input[0]).toMatchObject({ id: "msg_1" });
    const kept = { ...keepServerId({ type: "message", role: "assistant", content: [] }, "msg_2") };
    expect(JSON.stringify(kept)).toBe('{"type":"message","role":"assistant","content":[]}');
    const sent = (to: typeof azure) => JSON.stringify(buildRequest(to, { ...parts, input: [kept] }).input);
    expect(sent(azure)).toBe('[{"type":"message","id":"msg_2","role":"assistant","content":[]}]');
    expect(sent(provider)).toBe('[{"type":"message","role":"assistant","content":[]}]');
    const whole = buildRequest(azure, { ...parts, input: [kept] });
    const message = createMessage(whole, {}, { previousResponseId: null, input: whole.input }, true);
    expect(JSON.parse(message)).toMatchObject({ store: true, input: [{ type: "message", role: "assistant" }] });
    expect(message).not.toContain("msg_2");
  });
});

describe("headers", () => {
  it("tie a request to its thread", () => {
    const facts = {
      threadId: "t",
      windowGeneration: 2,
      betaFeatures: ["a", "b"],
      subagent: "memory_consolidation",
      parentThreadId: "p",
    };
    expect(sessionHeaders(facts)).toEqual({
      "x-codex-beta-features": "a,b",
      "x-openai-subagent": "memory_consolidation",
      "x-openai-memgen-request": "true",
      "x-codex-parent-thread-id": "p",
      "x-codex-window-id": "t:2",
      "x-client-request-id": "t",
      session_id: "t",
    });
    const bare = sessionHeaders({ threadId: "t", windowGeneration: 0, betaFeatures: [], turnMetadata: '{"a":"é"}' });
    expect(Object.keys(bare)).toEqual(["x-codex-window-id", "x-client-request-id", "session_id"]);
  });

  it("carry the turn's metadata", () => {
    expect(turnMetadata({ sessionId: "s", threadSource: "user", turnId: "t", sandbox: "seccomp" })).toBe(
      '{"session_id":"s","thread_source":"user","turn_id":"t","sandbox":"seccomp"}',
    );
    const workspaces = { "/w": { latest_git_commit_hash: "abc" } };
    expect(turnMetadata({ sessionId: "s", turnId: "", workspaces, extra: { session_id: "x", mine: "y" } })).toBe(
      '{"session_id":"s","turn_id":"","workspaces":{"/w":{"latest_git_commit_hash":"abc"}},"mine":"y"}',
    );
  });

  it("name the program", () => {
    const facts = { originator: "o", version: "1.0", os: "Linux", osVersion: "6é", arch: "x86_64", terminal: "xterm" };
    expect(userAgent({ ...facts, client: { name: "c", version: "2" } })).toBe("o/1.0 (Linux 6_; x86_64) xterm (c; 2)");
  });
});
