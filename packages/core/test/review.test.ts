import { functionCall } from "@codex-ts-tools/model-server";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { ThreadEvent } from "../src/index.ts";
import { parseReview, renderReview } from "../src/review/output.ts";
import { reviewLabel } from "../src/review/target.ts";
import { openWorld, outline, type Listening, type World } from "./harness.ts";

let world: World | undefined;
afterEach(async () => {
  await world?.close();
  world = undefined;
});

const FINDING = {
  title: "[P1] Broken",
  body: "It is broken.\nBadly.",
  confidence_score: 0.9,
  priority: 1,
  code_location: { absolute_file_path: "/w/a.txt", line_range: { start: 1, end: 2 } },
};
const OUTPUT = {
  findings: [FINDING],
  overall_correctness: "patch is incorrect",
  overall_explanation: "Not good.",
  overall_confidence_score: 0.8,
};
const RENDERED = "Not good.\n\nReview comment:\n\n- [P1] Broken — /w/a.txt:1-2\n  It is broken.\n  Badly.";

async function review(listening: Listening): Promise<readonly ThreadEvent[]> {
  const from = listening.events.length;
  listening.thread.submit({ type: "review", target: { type: "uncommittedChanges" } });
  await listening.until(event => event.method === "turn/completed", from);
  return listening.events.slice(from);
}

test("a judgement is read from JSON, from JSON within prose, and from prose", () => {
  expect(parseReview(JSON.stringify(OUTPUT))).toEqual(OUTPUT);
  expect(parseReview(`Here it is: ${JSON.stringify(OUTPUT)} as you asked`)).toEqual(OUTPUT);
  const explained = (text: string) => ({
    findings: [],
    overall_correctness: "",
    overall_explanation: text,
    overall_confidence_score: 0,
  });
  for (const text of ["fine", "{", "} {", '{"findings":"none"}', JSON.stringify({ ...OUTPUT, findings: [{}] })]) {
    expect(parseReview(text)).toEqual(explained(text));
  }
});

test("a judgement is rendered with its findings", () => {
  expect(renderReview(OUTPUT)).toBe(RENDERED);
  const two = renderReview({ ...OUTPUT, findings: [FINDING, FINDING] });
  expect(two).toContain("Full review comments:");
  expect(two.split("- [P1] Broken").length).toBe(3);
  expect(renderReview({ ...OUTPUT, findings: [], overall_explanation: " " })).toBe(
    "Reviewer failed to output a response.",
  );
});

test("every kind of target has its label", () => {
  expect(reviewLabel({ type: "uncommittedChanges" })).toBe("current changes");
  expect(reviewLabel({ type: "baseBranch", branch: "main" })).toBe("changes against 'main'");
  expect(reviewLabel({ type: "commit", sha: "0123456789", title: null })).toBe("commit 0123456");
  expect(reviewLabel({ type: "commit", sha: "0123456789", title: "T" })).toBe("commit 0123456: T");
  expect(reviewLabel({ type: "custom", instructions: " look " })).toBe("look");
});

test("a reviewer works beside the thread, and only its result joins the conversation", async () => {
  world = await openWorld([
    { text: "hello" },
    { items: [functionCall("exec_command", { cmd: "echo looked" }, "c1")] },
    { text: JSON.stringify(OUTPUT) },
    { text: "after" },
  ]);
  const listening = await world.start();
  await listening.turn("before");
  const events = await review(listening);
  expect(outline(events).filter(line => !line.startsWith("item/commandExecution"))).toEqual([
    "item/started enteredReviewMode",
    "item/completed enteredReviewMode",
    "turn/started inProgress",
    "item/started userMessage",
    "item/completed userMessage",
    "item/started commandExecution:inProgress",
    "item/completed commandExecution:completed",
    "item/started agentMessage",
    "item/started exitedReviewMode",
    "item/completed exitedReviewMode",
    "item/started agentMessage",
    "item/completed agentMessage",
    "turn/completed completed",
  ]);
  await listening.turn("next");
  const [, reviewer, , after] = world.server.requests;
  expect(reviewer!.headers["x-openai-subagent"]).toBe("review");
  expect(reviewer!.toolNames()).not.toContain("web_search");
  expect(reviewer!.instructions).toContain("You review a change");
  expect(reviewer!.body["prompt_cache_key"]).not.toBe(listening.thread.id);
  expect(after!.headers["x-openai-subagent"]).toBeUndefined();
  const texts = after!.input.map(({ role, content }) => [role, JSON.stringify(content)]);
  expect(texts.slice(-5).map(([role]) => role)).toEqual(["user", "assistant", "user", "assistant", "user"]);
  expect(texts.at(-3)![1]).toContain("<user_action>");
  expect(texts.at(-3)![1]).toContain("<action>review</action>");
  expect(after!.bodyText).not.toContain("echo looked");

  const kinds = (await readFile(listening.thread.rolloutPath!, "utf8"))
    .trimEnd()
    .split("\n")
    .map(line => (JSON.parse(line) as { payload: { type?: string } }).payload.type);
  expect(kinds.slice(kinds.indexOf("entered_review_mode")).slice(0, 8)).toEqual([
    "entered_review_mode",
    "task_started",
    "user_message",
    "message",
    "exited_review_mode",
    "message",
    "agent_message",
    "task_complete",
  ]);
  const files = await readdir(join(world.home, "sessions"), { recursive: true });
  expect(files.filter(file => file.endsWith(".jsonl")).length).toBe(2);
  expect(world.runtime.threads.map(({ id }) => id)).toEqual([listening.thread.id]);
});

test("an interrupted review says that it came to no result, and cannot be steered", async () => {
  world = await openWorld([{ text: "never", hang: true }, { text: "after" }]);
  const listening = await world.start();
  listening.thread.submit({ type: "review", target: { type: "custom", instructions: "look" } });
  await listening.until(event => event.method === "item/started" && event.params.item.type === "agentMessage");
  expect(() => listening.thread.steer([{ type: "text", text: "x", text_elements: [] }])).toThrow(
    "cannot steer a review turn",
  );
  await listening.thread.interrupt();
  expect(outline(listening.events).slice(-5)).toEqual([
    "item/started exitedReviewMode",
    "item/completed exitedReviewMode",
    "item/started agentMessage",
    "item/completed agentMessage",
    "turn/completed interrupted",
  ]);
  await listening.turn("next");
  expect(world.server.requests[1]!.bodyText).toContain("Review was interrupted");
});

test("a reviewer that fails makes the review fail, and the thread goes on", async () => {
  world = await openWorld([{ failed: { code: "insufficient_quota" } }, { text: "after" }]);
  const listening = await world.start();
  const events = await review(listening);
  expect(outline(events).at(-1)).toBe("turn/completed failed");
  expect(outline(events)).toContain("item/completed exitedReviewMode");
  expect(outline(await listening.turn("next")).at(-1)).toBe("turn/completed completed");
});

test("a review of a branch outside a repository is an error and no turn", async () => {
  world = await openWorld(["after"]);
  const listening = await world.start();
  const id = listening.thread.submit({ type: "review", target: { type: "baseBranch", branch: "main" } });
  await listening.until(event => event.method === "error", 0);
  expect(listening.events.filter(event => event.method !== "warning")).toMatchObject([
    { method: "error", params: { turnId: id, error: { message: `"${world.cwd}" is not a git repository` } } },
  ]);
  expect(outline(await listening.turn("next")).at(-1)).toBe("turn/completed completed");
});
