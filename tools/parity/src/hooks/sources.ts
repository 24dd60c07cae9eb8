import { prompts } from "../core/stage.ts";
import { hooked, hooksFile, SEEN } from "./stage.ts";

const TOML = `
[[hooks.UserPromptSubmit]]
[[hooks.UserPromptSubmit.hooks]]
type = "command"
command = "echo toml"
`;
const inProject = { "work/.codex/hooks.json": hooksFile({ UserPromptSubmit: ["echo project"] }) };

/** Where hooks come from, and what is left out. */
export const sources = [
  hooked(
    "sources: hooks.json, config.toml and a trusted project",
    { hooks: { UserPromptSubmit: ["echo json"] }, tables: TOML, files: inProject },
    prompts("go"),
  ),
  hooked(
    "sources: a project that is not trusted",
    { hooks: { UserPromptSubmit: ["echo json"] }, files: inProject },
    async drive => {
      await drive.turn(await drive.thread({ sandbox: "read-only" }), "go");
    },
  ),
  hooked("sources: config.toml alone", { tables: TOML }, prompts("go")),
  hooked(
    "sources: the feature is off",
    { hooks: { UserPromptSubmit: ["echo json"], Stop: ["exit 3"] }, features: "codex_hooks = false" },
    prompts("go"),
  ),
  hooked(
    "sources: what is skipped",
    {
      hooks: {
        PreToolUse: [{ matcher: "[", hooks: ["true"] }],
        Stop: [[{ type: "prompt" }, { type: "agent" }, { command: "a", async: true }, "  ", "exit 3"]],
      },
    },
    prompts("go"),
  ),
  ...[
    ["a wrong type", '{"hooks":{"Stop":5}}'],
    ["no JSON", "{oops"],
    ["an empty file", ""],
    ["an unknown handler", '{"hooks":{"Stop":[{"hooks":[{"type":"bash","command":"x"}]}]}}'],
    ["a negative time-out", '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"x","timeout":-1}]}]}}'],
    ["no hooks in it", "{}"],
    ["an event that comes twice", '{"hooks":{"Stop":[],"Stop":[]}}'],
    [
      "a command that comes twice",
      '{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"a","command":"exit 3"}]}]}}',
    ],
    [
      "a type that comes twice",
      '{"hooks":{"Stop":[{"hooks":[{"type":"command","type":"command","command":"exit 3"}]}]}}',
    ],
    ["a matcher that comes twice", '{"hooks":{"Stop":[{"matcher":"a","matcher":"b","hooks":[]}]}}'],
    [
      "unknown keys that come twice",
      '{"x":1,"x":2,"hooks":{"Nope":3,"Nope":4,"Stop":[{"y":2,"y":3,"hooks":[{"type":"command","command":"cat > /dev/null; exit 3","z":1,"z":2}]}]}}',
    ],
    [
      "unknown keys",
      '{"x":1,"hooks":{"Nope":3,"Stop":[{"y":2,"hooks":[{"type":"command","command":"cat > /dev/null; exit 3","z":1}]}]}}',
    ],
  ].map(([what, text = ""]) =>
    hooked(`sources: hooks.json with ${what}`, { files: { "home/hooks.json": text } }, prompts("go")),
  ),
  hooked(
    "sources: where handlers run",
    { hooks: { UserPromptSubmit: ["pwd; echo $0; echo ${CODEX_HOME:+set}"], Stop: [SEEN] } },
    prompts("go"),
  ),
  hooked(
    "sources: twenty handlers on one event",
    { hooks: { UserPromptSubmit: [Array.from({ length: 20 }, (_, at) => `cat > /dev/null; echo n${at}`)] } },
    prompts("go"),
  ),
];
