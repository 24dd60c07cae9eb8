import { reviewLabel } from "@codex-ts/core";
import type { ReviewStartParams, ReviewStartResponse, ReviewTarget } from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidRequest } from "../errors.ts";
import { loadedThread } from "../threads/ids.ts";
import { forkForReview } from "./thread-start.ts";

/** Reviews, on the thread itself or on a fork of it. */
export const handlers: HandlerTable = { "review/start": start };

async function start(params: ReviewStartParams, context: RequestContext): Promise<ReviewStartResponse> {
  const asked = loadedThread(context.server, params.threadId);
  const target = checkedTarget(params.target);
  const hub = params.delivery === "detached" ? await forkForReview(asked.id, context) : asked;
  const id = hub.thread.submit({ type: "review", target });
  const text = reviewLabel(target);
  return {
    turn: {
      id,
      items: [{ type: "userMessage", id, content: [{ type: "text", text, text_elements: [] }] }],
      status: "inProgress",
      error: null,
      startedAt: null,
      completedAt: null,
      durationMs: null,
    },
    reviewThreadId: hub.id,
  };
}

/** The target without blanks around what people typed. @throws RpcError when nothing is left */
function checkedTarget(target: ReviewTarget): ReviewTarget {
  switch (target.type) {
    case "uncommittedChanges":
      return { type: "uncommittedChanges" };
    case "baseBranch":
      return { type: "baseBranch", branch: filled("branch", target.branch) };
    case "commit": {
      const title = target.title?.trim() ?? "";
      return { type: "commit", sha: filled("sha", target.sha), title: title === "" ? null : title };
    }
    case "custom":
      return { type: "custom", instructions: filled("instructions", target.instructions) };
  }
}

function filled(name: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") throw invalidRequest(`${name} must not be empty`);
  return trimmed;
}
