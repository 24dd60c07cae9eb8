import { reasoning } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

const text = (value: string) => ({ type: "output_text", text: value, annotations: [] });

const CITE = (inside: string) => `<oai-mem-citation>${inside}</oai-mem-citation>`;
const ENTRIES =
  "<citation_entries>\nMEMORY.md:1-2|note=[why: a|b]\n a/b.md:3-x|note=[no]\nc.md:7-9|note=[ n ]\n</citation_entries>";

/** Texts with sources that are not for the person's eyes. */
const CITED: readonly string[] = [
  `said ${CITE("hidden")} so`,
  `${CITE(`${ENTRIES}\n<thread_ids>\nt1\n t2\nt1\n</thread_ids>`)}`,
  `a${CITE(`${ENTRIES}<rollout_ids>r1\nr2</rollout_ids>`)}b${CITE("<thread_ids>\nt3\n</thread_ids>")}c`,
  "never closed <oai-mem-citation>rest",
  "a half <oai-mem-cit",
  "other <oai-mem-citations> and </oai-mem-citation>",
  `<<oai-mem-citation>x</oai-mem</oai-mem-citation> y\n<proposed_plan>\n- a ${CITE("in it")}\n</proposed_plan>\n`,
  CITE(""),
];

/** Turns in which the model only says something. */
export const plain = [
  scenario("a plain answer", { script: ["hello there"] }, prompts("say hello")),
  scenario("two turns without a change", { script: ["one", "two"] }, prompts("1", "2")),
  scenario("a long answer in many deltas", { script: [{ text: "word ".repeat(400), chunk: 5 }] }, prompts("go")),
  scenario("an answer without deltas", { script: [{ text: "at once", chunk: 0 }] }, prompts("go")),
  scenario("an empty answer", { script: [{ items: [] }] }, prompts("go")),
  scenario("an empty message", { script: [{ items: [""] }] }, prompts("go")),
  scenario("two messages in one response", { script: [{ items: ["first", "second"] }] }, prompts("go")),
  scenario(
    "commentary and a final answer",
    {
      script: [
        {
          items: [
            { type: "message", text: "thinking aloud", phase: "commentary" },
            { type: "message", text: "the answer", phase: "final_answer" },
          ],
        },
      ],
    },
    prompts("go"),
  ),
  scenario("reasoning and an answer", { script: [{ items: [reasoning("thinking"), "answer"] }] }, prompts("think")),
  scenario(
    "reasoning in two sections with raw content and an encrypted part",
    {
      script: [{ items: [reasoning(["one", "two"], { content: "raw", encrypted_content: "abc" }), "answer"] }, "again"],
    },
    prompts("think", "more"),
  ),
  scenario("reasoning without a summary", { script: [{ items: [reasoning([]), "answer"] }, "x"] }, prompts("t", "u")),
  scenario(
    "a message in two parts",
    { script: [{ items: [{ type: "message", content: [text("a "), text("b")] }] }, "x"] },
    prompts("t", "u"),
  ),
  scenario(
    "a web search of the server",
    { script: [{ items: [{ type: "web_search_call", query: "weather" }, "sunny"] }, "x"] },
    prompts("t", "u"),
  ),
  scenario(
    "a page opened and searched by the server",
    {
      script: [
        {
          items: [
            { type: "web_search_call", action: { type: "open_page", url: "http://e/x" } },
            { type: "web_search_call", action: { type: "find_in_page", url: "http://e/x", pattern: "p" } },
            { type: "web_search_call", action: { type: "search", queries: ["a", "b"] } },
            "done",
          ],
        },
      ],
    },
    prompts("t"),
  ),
  ...[0, 1, 7, 24].map(chunk =>
    scenario(
      `citations in pieces of ${chunk}`,
      {
        script: CITED.map(words => ({ text: words, chunk })),
        features: "default_mode_request_user_input = true",
      },
      async drive => {
        const thread = await drive.thread();
        for (const _ of CITED) await drive.turn(thread, "go");
        await drive.note("read", "thread/read", { threadId: thread, includeTurns: true });
      },
    ),
  ),
  scenario("citations in plan mode", { script: CITED.map(words => ({ text: words })) }, async drive => {
    const thread = await drive.thread();
    const settings = { model: "gpt-5.2", reasoning_effort: null, developer_instructions: null };
    for (const _ of CITED) await drive.turn(thread, "go", { collaborationMode: { mode: "plan", settings } });
  }),
  scenario("no usage", { script: [{ text: "a", usage: null }, "b"] }, prompts("t", "u")),
  scenario(
    "usage with cached and reasoning tokens",
    { script: [{ text: "a", usage: { input: 1000, cached: 400, output: 60, reasoning: 20 } }, "b"] },
    prompts("t", "u"),
  ),
  scenario(
    "an item of an unknown kind",
    { script: [{ items: [{ type: "hologram", id: "h1", data: 1 }, "a"] }, "b"] },
    prompts("t", "u"),
  ),
  scenario(
    "an image that the server made",
    {
      script: [
        { items: [{ type: "image_generation_call", id: "ig1", status: "completed", result: "aGk=" }, "a"] },
        "b",
      ],
    },
    prompts("t", "u"),
  ),
  scenario(
    "rate limits in the response's headers",
    {
      script: [
        {
          text: "a",
          headers: {
            "x-codex-primary-used-percent": "12.5",
            "x-codex-primary-window-minutes": "300",
            "x-codex-primary-reset-at": "1795213330",
            "x-codex-secondary-used-percent": "40",
            "x-codex-secondary-window-minutes": "10080",
          },
        },
      ],
    },
    prompts("t"),
  ),
  scenario(
    "the server answers with another model",
    { script: [{ text: "a", headers: { "openai-model": "gpt-5.1" } }, "b"] },
    prompts("t", "u"),
  ),
  scenario(
    "sticky routing within a turn and not beyond",
    {
      script: [
        {
          items: [{ type: "function_call", name: "update_plan", arguments: { plan: [] }, call_id: "c" }],
          headers: { "x-codex-turn-state": "sticky" },
        },
        "done",
        "next",
      ],
    },
    prompts("t", "u"),
  ),
];
