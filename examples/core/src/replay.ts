import { readFile } from "node:fs/promises";
import { type AnalyticsEvent, type Fact, initialState, platformOf, reduce } from "@codex-ts/analytics";

interface Line {
  type: string;
  payload: Record<string, unknown> & { type?: string };
}

/** What a recorded session would have told analytics: its file's lines as facts, through the reducer. */
export async function replay(file: string): Promise<AnalyticsEvent[]> {
  const lines = (await readFile(file, "utf8"))
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line) as Line);
  const state = initialState();
  return lines.flatMap(factsOf()).flatMap(fact => reduce(state, fact).events);
}

/** Turns lines into facts, one after another: a session file knows no requests, so each turn is told as one that a client asked for. */
function factsOf(): (line: Line) => Fact[] {
  let threadId = "";
  let model = "";
  let modelProvider = "";
  let turns = 0;
  return ({ type, payload }) => {
    const turnId = String(payload["turn_id"] ?? "");
    const about = { connectionId: 1, requestId: turns };
    switch (type === "event_msg" ? payload.type : type) {
      case "session_meta": {
        threadId = String(payload["id"]);
        modelProvider = String(payload["model_provider"]);
        const createdAt = Math.floor(Date.parse(String(payload["timestamp"])) / 1000);
        const thread = { id: threadId, ephemeral: false, source: "exec" as const, createdAt };
        return [
          {
            kind: "initialize",
            connectionId: 1,
            clientInfo: { name: "replay", version: "1" },
            experimentalApi: null,
            productClientId: "replay",
            transport: "in_process",
            runtime: { codex_rs_version: "1", ...platformOf("linux", "x64", "1") },
          },
          { kind: "response", ...about, response: { method: "thread/start", thread, model } },
        ];
      }
      case "task_started": {
        turns += 1;
        const asked = { connectionId: 1, requestId: turns };
        return [
          { kind: "request", ...asked, createdAt: 0, request: { method: "turn/start", threadId, input: [] } },
          { kind: "response", ...asked, response: { method: "turn/start", turnId } },
        ];
      }
      case "turn_context":
        model = String(payload["model"]);
        return [
          {
            kind: "turnResolvedConfig",
            turnId,
            threadId,
            numInputImages: 0,
            ephemeral: false,
            model,
            modelProvider,
            sandboxPolicy: "full_access",
            reasoningEffort: null,
            reasoningSummary: null,
            serviceTier: null,
            approvalPolicy: "never",
            approvalsReviewer: "user",
            sandboxNetworkAccess: true,
            collaborationMode: "default",
            personality: null,
            isFirstTurn: turns === 1,
          },
        ];
      case "task_complete": {
        const [completedAt, durationMs] = [Number(payload["completed_at"]), Number(payload["duration_ms"])];
        const end = { status: "completed" as const, error: null, completedAt, durationMs };
        return [{ kind: "turnCompleted", threadId, turnId, ...end }];
      }
      default:
        return [];
    }
  };
}
