import type { Json } from "@codex-ts-tools/model-server";
import { type Ask, asking, base64, scenario } from "./stage.ts";

const exec = (name: string, command: string[], more: Json = {}): Ask => [name, "command/exec", { command, ...more }];
const sh = (name: string, code: string, more: Json = {}): Ask => exec(name, ["sh", "-c", code], more);

/** Commands that a client runs by itself. */
export const commandScenarios = [
  asking("results of commands", [
    sh("both streams", "echo out; echo err >&2; exit 3"),
    sh("no output", "true"),
    sh("killed", "kill -9 $$"),
    sh("terminated", "kill -TERM $$"),
    sh("bytes that are no text", "printf '\\377\\376x'"),
    sh("closed stdin", "cat"),
    sh("environment", "echo $A-$B-$HOME", { env: { A: "1", HOME: null } }),
    sh("folder", "basename $(pwd)", { cwd: ".." }),
    sh("timeout", "echo early; sleep 30", { timeoutMs: 300 }),
    sh("no time at all", "sleep 30", { timeoutMs: 0 }),
    sh("cap", "echo abcdef; echo ghijkl >&2", { outputBytesCap: 3 }),
    sh("cap of nothing", "echo abc", { outputBytesCap: 0 }),
    sh("no cap", "head -c 1100000 /dev/zero | tr '\\0' x | wc -c", { disableOutputCap: true }),
    sh("more than the cap", "head -c 1048580 /dev/zero | tr '\\0' x | tail -c 10"),
    exec("echo", ["echo", "a b", "c"]),
  ]),
  asking("commands that are refused", [
    exec("none", []),
    exec("no program", ["/no/such/program"]),
    exec("no program on the path", ["no-such-program-anywhere"]),
    exec("a folder", ["/tmp"]),
    exec("an empty word", [""]),
    exec("no folder", ["true"], { cwd: "/no/such/folder" }),
    exec("both policies", ["true"], {
      sandboxPolicy: { type: "dangerFullAccess" },
      permissionProfile: { type: "disabled" },
    }),
    exec("a size without a terminal", ["true"], { size: { rows: 1, cols: 1 } }),
    exec("a size of nothing", ["true"], { tty: true, processId: "p", size: { rows: 0, cols: 1 } }),
    exec("two caps", ["true"], { outputBytesCap: 1, disableOutputCap: true }),
    exec("two timeouts", ["true"], { timeoutMs: 1, disableTimeout: true }),
    exec("a negative timeout", ["true"], { timeoutMs: -1 }),
    exec("a negative cap", ["true"], { outputBytesCap: -1 }),
    exec("a terminal without an id", ["true"], { tty: true }),
    exec("a stream without an id", ["true"], { streamStdin: true }),
    exec("an output without an id", ["true"], { streamStdoutStderr: true }),
    exec("an unknown policy", ["true"], { sandboxPolicy: { type: "none" } }),
    exec("a relative root", ["true"], { sandboxPolicy: { type: "workspaceWrite", writableRoots: ["x"] } }),
    ["input for none", "command/exec/write", { processId: "p", deltaBase64: "" }],
    ["nothing for none", "command/exec/write", { processId: "p" }],
    ["bad input for none", "command/exec/write", { processId: "p", deltaBase64: "%" }],
    ["a size for none", "command/exec/resize", { processId: "p", size: { rows: 1, cols: 1 } }],
    ["no size for none", "command/exec/resize", { processId: "p", size: { rows: 0, cols: 1 } }],
    ["an end for none", "command/exec/terminate", { processId: "p" }],
  ]),
  scenario("a command on a terminal", { script: [] }, async drive => {
    const from = drive.wire.messages.length;
    const id = drive.wire.send("command/exec", {
      command: ["sh", "-c", "stty size; read x; stty size; echo got $x"],
      processId: "t",
      tty: true,
      size: { rows: 11, cols: 33 },
    });
    await drive.until("command/exec/outputDelta", () => true, from);
    await drive.note("resize", "command/exec/resize", { processId: "t", size: { rows: 5, cols: 7 } });
    await drive.note("no size", "command/exec/resize", { processId: "t", size: { rows: 0, cols: 7 } });
    await drive.note("twin", "command/exec", { command: ["true"], processId: "t" });
    await drive.note("input", "command/exec/write", { processId: "t", deltaBase64: base64("yo\n") });
    const { result } = await drive.wire.until(message => message.id === id && message.method === undefined);
    drive.notes["result"] = result;
    drive.notes["output"] = output(drive.wire.messages);
    await drive.note("late", "command/exec/terminate", { processId: "t" });
  }),
  scenario("a command with pipes", { script: [] }, async drive => {
    const id = drive.wire.send("command/exec", {
      command: ["cat"],
      processId: "c",
      streamStdin: true,
      streamStdoutStderr: true,
    });
    const write = (name: string, params: Json) => drive.note(name, "command/exec/write", { processId: "c", ...params });
    await write("at once", { deltaBase64: base64("one") });
    await write("nothing", {});
    await write("nonsense", { deltaBase64: "%" });
    await drive.note("no terminal", "command/exec/resize", { processId: "c", size: { rows: 1, cols: 1 } });
    await write("the end", { deltaBase64: base64("two"), closeStdin: true });
    const { result } = await drive.wire.until(message => message.id === id && message.method === undefined);
    drive.notes["result"] = result;
    drive.notes["output"] = output(drive.wire.messages);
  }),
  scenario("a command that is ended", { script: [] }, async drive => {
    const id = drive.wire.send("command/exec", { command: ["sleep", "60"], processId: "s", disableTimeout: true });
    await drive.note("input", "command/exec/write", { processId: "s", closeStdin: true });
    await drive.note("end", "command/exec/terminate", { processId: "s" });
    const { result } = await drive.wire.until(message => message.id === id && message.method === undefined);
    drive.notes["result"] = result;
  }),
];

/** What a command printed, stream by stream. */
function output(messages: readonly { method?: string; params?: Json }[]): Json {
  const streams: Json = {};
  for (const { method, params = {} } of messages) {
    if (method !== "command/exec/outputDelta") continue;
    const stream = String(params["stream"]);
    const bytes = Buffer.from(String(params["deltaBase64"]), "base64").toString("latin1");
    streams[stream] = String(streams[stream] ?? "") + bytes;
    streams[`${stream} capped`] = params["capReached"];
  }
  return streams;
}
