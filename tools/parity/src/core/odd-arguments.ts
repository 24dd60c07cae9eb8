import { functionCall, type ReplyItem } from "@codex-ts-tools/model-server";
import { prompts, scenario, type Setting } from "./stage.ts";

/** One call after another, each with its own arguments; as text they are sent as they stand. */
export function oneAfterAnother(name: string, calls: readonly ReplyItem[], setting: Omit<Setting, "script"> = {}) {
  return scenario(name, { ...setting, script: [...calls.map(call => ({ items: [call] })), "done"] }, prompts("go"));
}

function odd(
  tool: string,
  list: readonly unknown[],
  setting: Omit<Setting, "script"> = {},
  name = `odd arguments of ${tool}`,
) {
  return oneAfterAnother(
    name,
    list.map((args, index) => functionCall(tool, args, `c${index}`)),
    { files: { "work/a.txt": "a\n", "work/sub/s.txt": "s" }, ...setting },
  );
}

/** Values of every kind, for one member of arguments that are right otherwise. */
const values = [
  "null",
  '""',
  '"x"',
  "-1",
  "1.5",
  "1e400",
  "1e3",
  "18446744073709551615",
  "18446744073709551616",
  "-9223372036854775809",
  "true",
  "[]",
  '["a"]',
  "[1]",
  "{}",
  '{"a":1}',
];

function everyValue(tool: string, member: string, right: string) {
  return odd(
    tool,
    values.map(value => `{${right}${right === "" ? "" : ","}"${member}":${value}}`),
    {},
    `values of ${member} of ${tool}`,
  );
}

const notObjects = [
  "null",
  "3",
  '"text"',
  "true",
  "[]",
  '["echo hi"]',
  "{} {}",
  " {} ",
  "\n{",
  "undefined",
  "{'cmd':1}",
  '{"cmd"}',
  '{"cmd":}',
  '{cmd:"x"}',
  '\ufeff{"cmd":"x"}',
];

/** Arguments that no tool expects. */
export const oddArguments = [
  ...["exec_command", "update_plan"].map(tool => odd(tool, notObjects, {}, `arguments of ${tool} that are no object`)),
  everyValue("exec_command", "cmd", ""),
  everyValue("exec_command", "yield_time_ms", '"cmd":"echo hi"'),
  everyValue("exec_command", "max_output_tokens", '"cmd":"echo hi"'),
  everyValue("exec_command", "prefix_rule", '"cmd":"echo hi"'),
  everyValue("exec_command", "sandbox_permissions", '"cmd":"echo hi"'),
  everyValue("exec_command", "additional_permissions", '"cmd":"echo hi"'),
  everyValue("write_stdin", "session_id", ""),
  everyValue("shell", "command", ""),
  everyValue("shell_command", "timeout", '"command":"echo hi"'),
  everyValue("view_image", "detail", '"path":"a.txt"'),
  odd(
    "update_plan",
    [
      '{"plan":[{}]}',
      '{"plan":[{"step":"a"}]}',
      '{"plan":[{"status":"pending"}]}',
      '{"plan":[{"step":1,"status":"pending"}]}',
      '{"plan":[{"step":"","status":"pending"}]}',
      '{"plan":[["a","pending"]]}',
      '{"plan":[{"step":"a","status":null}]}',
      '{"plan":[{"step":"a","status":"Pending"}]}',
      '{"plan":[{"step":"a","status":"in_progress"},{"step":"b","status":"in_progress"}]}',
      '{"plan":[{"step":"a","status":"pending","step":"b"}]}',
      "[null,[]]",
      '["why",[{"step":"a","status":"pending"}]]',
      '{"plan":[{"step":"a","status":{"pending":null}}]}',
    ],
    {},
    "steps of odd kinds of update_plan",
  ),
];
