import type { ResponseItem } from "@codex-ts/protocol/models";
import { expect, test } from "vitest";
import { freeformOutput, rewriteStructured, structuredOutput } from "../src/history/freeform-output.ts";
import { normalizeHistory } from "../src/history/normalize.ts";

const call = (id: string, name = "f"): ResponseItem => ({ type: "function_call", name, arguments: "{}", call_id: id });
const output = (id: string, text = "out"): ResponseItem => ({
  type: "function_call_output",
  call_id: id,
  output: text,
});
const custom = (id: string): ResponseItem => ({
  type: "custom_tool_call",
  name: "apply_patch",
  input: "",
  call_id: id,
});
const plain = { images: true, freeformPatch: false };

test("a call without an answer is answered after it", () => {
  expect(normalizeHistory([call("a"), custom("b"), call("c"), output("c")], plain)).toEqual([
    call("a"),
    output("a", "aborted"),
    custom("b"),
    { type: "custom_tool_call_output", call_id: "b", output: "aborted" },
    call("c"),
    output("c"),
  ]);
});

test("an answer without its call is dropped, also when the call is of another kind", () => {
  expect(normalizeHistory([output("x"), custom("y"), output("y")], plain)).toEqual([
    custom("y"),
    { type: "custom_tool_call_output", call_id: "y", output: "aborted" },
  ]);
});

test("searches keep the answers that the server gave itself", () => {
  const own: ResponseItem = { type: "tool_search_call", call_id: "s", execution: "client", arguments: {} };
  const served: ResponseItem = {
    type: "tool_search_output",
    call_id: null,
    status: "completed",
    execution: "server",
    tools: [],
  };
  expect(normalizeHistory([own, served], plain)).toEqual([
    own,
    { type: "tool_search_output", call_id: "s", status: "completed", execution: "client", tools: [] },
    served,
  ]);
});

test("the record itself is not changed", () => {
  const items = [call("a")];
  normalizeHistory(items, plain);
  expect(items).toEqual([call("a")]);
});

test("structured outputs of commands become lines where the freeform patch tool is offered", () => {
  const json = structuredOutput({ exitCode: 1, durationMs: 1260, text: "boom\n" });
  expect(json).toBe('{"output":"boom\\n","metadata":{"exit_code":1,"duration_seconds":1.3}}');
  const items = [call("a", "shell"), output("a", json), call("b", "shell_command"), output("b", json)];
  const shown = normalizeHistory(items, { images: true, freeformPatch: true });
  expect(shown[1]).toEqual(output("a", "Exit code: 1\nWall time: 1.3 seconds\nOutput:\nboom\n"));
  expect(shown[3]).toEqual(output("b", json));
});

test("a line count inside a structured output moves to its own line", () => {
  const report = { exitCode: 0, durationMs: 0, text: "cut", totalLines: 9 };
  expect(rewriteStructured(structuredOutput(report))).toBe(freeformOutput(report));
  expect(freeformOutput(report)).toBe("Exit code: 0\nWall time: 0 seconds\nTotal output lines: 9\nOutput:\ncut");
});

test("other JSON is left alone", () => {
  expect([rewriteStructured('{"output":1}'), rewriteStructured("{"), rewriteStructured("text")]).toEqual([
    null,
    null,
    null,
  ]);
});
