import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import type { ReviewVerdict } from "@codex-ts/core";
import { functionCall } from "@codex-ts-tools/model-server";
import { describe, expect, it } from "vitest";
import { turn, world } from "./analytics-world.ts";

const SKILL = "---\nname: tidy\ndescription: Tidies up.\n---\n\nTidy.\n";
const sha1 = (text: string) => createHash("sha1").update(text).digest("hex");

describe("skills", () => {
  it("are told of when a prompt names them", async () => {
    const { sink, client, world: made } = await world();
    const folder = path.join(made.home, "skills", "tidy");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "SKILL.md"), SKILL);
    const { threadId } = await turn(client, "$tidy please");
    await sink.event("skill_invocation");
    const told = sink.received
      .flatMap(({ body }) => body.events)
      .find(event => event.event_type === "skill_invocation");
    expect(told).toEqual({
      event_type: "skill_invocation",
      skill_id: sha1(`personal_${realpathSync(folder)}/SKILL.md_tidy`),
      skill_name: "tidy",
      event_params: {
        product_client_id: "probe",
        skill_scope: "user",
        repo_url: null,
        thread_id: threadId,
        invoke_type: "explicit",
        model_slug: "gpt-5.2",
      },
    });
  });

  it("are told of once a turn when commands make use of them, with the repository that holds them", async () => {
    const script = [
      { items: [functionCall("shell_command", { command: "cat .codex/skills/tidy/SKILL.md" }, "c1")] },
      { items: [functionCall("shell_command", { command: "bash .codex/skills/tidy/scripts/run.sh -x" }, "c2")] },
      "done",
    ];
    const { sink, client, world: made } = await world({ script });
    const folder = path.join(made.workspace, ".codex", "skills", "tidy");
    mkdirSync(path.join(folder, "scripts"), { recursive: true });
    writeFileSync(path.join(folder, "SKILL.md"), SKILL);
    writeFileSync(path.join(folder, "scripts", "run.sh"), "true\n");
    const git = (...args: string[]) => execFileSync("git", args, { cwd: made.workspace, stdio: "pipe" });
    git("init", "-q");
    git("remote", "add", "origin", "https://me:hunter2@example.com/r.git");
    await turn(client);
    await sink.event("codex_turn_event");
    const told = sink.received
      .flatMap(({ body }) => body.events)
      .filter(event => event.event_type === "skill_invocation");
    expect(told).toMatchObject([
      {
        skill_id: sha1("repo_https://example.com/r.git_.codex/skills/tidy/SKILL.md_tidy"),
        event_params: { skill_scope: "repo", repo_url: "https://example.com/r.git", invoke_type: "implicit" },
      },
    ]);
  });
});

it("the thread of a review is told of under the client of its parent", async () => {
  const { sink, client } = await world({ script: ["fine"] });
  const { thread } = await client.call("thread/start", {});
  const done = client.next(message => message["method"] === "turn/completed");
  await client.call("review/start", { threadId: thread.id, target: { type: "custom", instructions: "look" } });
  await done;
  await expect.poll(() => sink.types).toEqual(["codex_thread_initialized", "codex_thread_initialized"]);
  expect(sink.received[1]!.body.events[0]!.event_params).toMatchObject({
    app_server_client: {
      product_client_id: "probe",
      client_name: "probe",
      client_version: "1.2",
      rpc_transport: "in_process",
      experimental_api_enabled: null,
    },
    thread_source: "subagent",
    subagent_source: "review",
    initialization_mode: "new",
    parent_thread_id: thread.id,
    model: "gpt-5.2",
  });
  expect(sink.received[1]!.body.events[0]!.event_params["thread_id"]).not.toBe(thread.id);
});

describe("an automatic review", () => {
  const asked = {
    command: "touch PLANTED-COMMAND",
    sandbox_permissions: "require_escalated",
    justification: "PLANTED-JUSTIFICATION",
  };
  it.each<[ReviewVerdict, object]>([
    [
      { type: "approved" },
      { decision: "approved", terminal_status: "approved", failure_reason: null, outcome: "allow" },
    ],
    [
      { type: "denied", reason: "PLANTED-RATIONALE" },
      { decision: "denied", terminal_status: "denied", failure_reason: null, outcome: "deny" },
    ],
    [
      { type: "timedOut", reason: "PLANTED-RATIONALE" },
      { decision: "denied", terminal_status: "timed_out", failure_reason: "timeout", outcome: null },
    ],
    [
      {
        type: "denied",
        reason: "PLANTED-RATIONALE",
        facts: { outcome: { type: "failed", reason: "parse_error" }, actionTruncated: true },
      },
      { decision: "denied", terminal_status: "failed_closed", failure_reason: "parse_error", outcome: null },
    ],
  ])("that ends with %j is one event without what was reviewed", async (verdict, fields) => {
    const {
      sink,
      client,
      world: made,
    } = await world({
      script: [{ items: [functionCall("shell_command", asked, "c1")] }, "done"],
      config: 'approvals_reviewer = "auto_review"\n',
      policy: 'approval_policy = "on-request"\nsandbox_mode = "workspace-write"\n',
      runtime: { approvalSlots: { autoReviewer: async () => verdict } },
    });
    const { threadId, turnId } = await turn(client);
    await sink.event("codex_turn_event");
    expect(sink.types).toEqual(["codex_thread_initialized", "codex_guardian_review", "codex_turn_event"]);
    expect(await sink.event("codex_guardian_review")).toMatchObject({
      thread_id: threadId,
      turn_id: turnId,
      target_item_id: "c1",
      approval_request_source: "main_turn",
      reviewed_action: { type: "shell", sandbox_permissions: "require_escalated", additional_permissions: null },
      review_timeout_ms: 90_000,
      tool_call_count: null,
      guardian_thread_id: null,
      ...fields,
    });
    expect(await sink.event("codex_turn_event")).toMatchObject({ approvals_reviewer: "guardian_subagent" });
    const bodies = JSON.stringify(sink.received.map(({ body }) => body));
    expect(bodies).not.toContain("PLANTED");
    expect(bodies).not.toContain(made.workspace);
  });
});

describe("a backend of analytics", () => {
  it.each(["dead", "refusing"] as const)("that is %s holds no turn up, and is told of once", async kind => {
    const lines: string[] = [];
    const backend = kind === "dead" ? { backend: `http://127.0.0.1:${await deadPort()}/` } : {};
    const runtime = { log: (line: string) => void lines.push(line) };
    const { sink, client } = await world({ script: ["one", "two"], ...backend, runtime });
    if (kind === "refusing") sink.status = 500;
    await turn(client);
    await turn(client);
    await expect.poll(() => lines, { timeout: 20_000 }).toHaveLength(1);
    const why = kind === "dead" ? "failed to send events request: " : "events failed with status 500: ";
    expect(lines[0]).toContain(`Analytics: ${why}`);
  });

  it("that never answers holds no turn up", async () => {
    const { sink, client } = await world({ script: ["one", "two"] });
    sink.silent = true;
    await turn(client);
    await turn(client);
    expect(sink.received.length).toBeLessThanOrEqual(1);
  });
});

async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
