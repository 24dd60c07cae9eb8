import type { ServerRequest, ServerRequestReply } from "@codex-ts/protocol";
import { element } from "./dom.ts";

type CommandReply = ServerRequestReply<"item/commandExecution/requestApproval">;
type CommandDecision = CommandReply["decision"];

/** A question as a person sees it: what is asked, and the answers to choose from. */
export interface Question {
  title: string;
  detail: string;
  choices: { label: string; reply: unknown }[];
}

/** How a question of the server is put to a person; null for those that this page cannot answer. */
export function questionOf(request: ServerRequest): Question | null {
  switch (request.method) {
    case "item/commandExecution/requestApproval": {
      const { command, reason, networkApprovalContext: network, availableDecisions } = request.params;
      const offered: readonly CommandDecision[] = availableDecisions ?? ["accept", "decline"];
      const decisions = offered.includes("decline") ? offered : [...offered, "decline" as const];
      return {
        title: network ? `Let the agent reach ${network.host}?` : "Run this command?",
        detail: [command, reason].filter(Boolean).join("\n"),
        choices: decisions.map(decision => ({ label: labelOf(decision), reply: { decision } })),
      };
    }
    case "item/fileChange/requestApproval": {
      const decisions = ["accept", "acceptForSession", "decline", "cancel"] as const;
      return {
        title: "Change these files?",
        detail: request.params.reason ?? "",
        choices: decisions.map(decision => ({ label: labelOf(decision), reply: { decision } })),
      };
    }
    default:
      return null;
  }
}

function labelOf(decision: CommandDecision): string {
  if (typeof decision === "object") {
    return "acceptWithExecpolicyAmendment" in decision
      ? `Always run ${decision.acceptWithExecpolicyAmendment.execpolicy_amendment.join(" ")} …`
      : `Always ${decision.applyNetworkPolicyAmendment.network_policy_amendment.action} this host`;
  }
  return {
    accept: "Yes",
    acceptForSession: "Yes, in this session",
    decline: "No",
    cancel: "No, and stop",
  }[decision];
}

/** Puts a question on the page until it is answered, here or by another client. */
export function ask(place: HTMLElement, question: Question, signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const card = element("div", { class: "question" }, element("p", {}, question.title));
    if (question.detail !== "") card.append(element("pre", {}, question.detail));
    for (const { label, reply } of question.choices) {
      const button = element("button", {}, label);
      button.type = "button";
      button.addEventListener("click", () => {
        card.remove();
        resolve(reply);
      });
      card.append(button);
    }
    signal.addEventListener("abort", () => {
      card.remove();
      reject(new Error("answered elsewhere"));
    });
    place.append(card);
    card.querySelector("button")?.focus();
  });
}
