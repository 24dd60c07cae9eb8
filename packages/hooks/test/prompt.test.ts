import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hookPromptMessage, notifyArgument, parseHookPrompt, renderFragment } from "../src/index.ts";

describe("a hook prompt", () => {
  it("is escaped as XML", () => {
    expect(renderFragment({ hookRunId: 'stop:0:/a"<b>', text: 'keep <going> & "x"' })).toBe(
      '<hook_prompt hook_run_id="stop:0:/a&quot;&lt;b&gt;">keep &lt;going&gt; &amp; "x"</hook_prompt>',
    );
  });

  it("is read as it was written", () => {
    const fragment = fc.record({ hookRunId: fc.string().filter(id => id.trim() !== ""), text: fc.string() });
    fc.assert(
      fc.property(fc.array(fragment, { minLength: 1 }), fragments => {
        const { content } = hookPromptMessage(fragments);
        expect(parseHookPrompt(content.map(({ text }) => text))).toEqual(fragments);
      }),
    );
  });

  it("is one only when every part is one with an id", () => {
    const good = renderFragment({ hookRunId: "stop:0:/h", text: "go" });
    expect(parseHookPrompt([good, good])).toHaveLength(2);
    for (const other of ["hello", "<hook_prompt>go</hook_prompt>", '<hook_prompt hook_run_id=" ">go</hook_prompt>']) {
      expect(parseHookPrompt([good, other])).toBeNull();
    }
    expect(parseHookPrompt([])).toBeNull();
  });
});

describe("the argument of notify", () => {
  const notice = {
    threadId: "t",
    turnId: "12",
    cwd: "/w",
    client: "codex-tui",
    inputMessages: ["a"],
    lastAssistantMessage: "b",
  };

  it("is what the spec shows", () => {
    expect(notifyArgument(notice)).toBe(
      '{"type":"agent-turn-complete","thread-id":"t","turn-id":"12","cwd":"/w","client":"codex-tui","input-messages":["a"],"last-assistant-message":"b"}',
    );
  });

  it("leaves out a client that there is not", () => {
    expect(notifyArgument({ ...notice, client: null, lastAssistantMessage: null })).toBe(
      '{"type":"agent-turn-complete","thread-id":"t","turn-id":"12","cwd":"/w","input-messages":["a"],"last-assistant-message":null}',
    );
  });
});
