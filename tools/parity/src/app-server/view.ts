import type { Json } from "@codex-ts-tools/model-server";
import { withoutPrompts } from "../core/prompts.ts";
import type { Recording } from "../drive/drive.ts";
import { Normaliser } from "../drive/normalise.ts";
import type { Message } from "../drive/wire.ts";

/** Told at a moment that the reference does not fix, or of services that a run without a network does not have. */
const NOT_COMPARED = new Set([
  "account/rateLimits/updated",
  "mcpServer/startupStatus/updated",
  "remoteControl/status/changed",
  "skills/changed",
  "configWarning",
  "deprecationNotice",
  "command/exec/outputDelta",
]);

/** Under this name a scenario notes that only its answers are compared. */
export const ANSWERS_ONLY = "answers only";

/** What a client sees: the answers a scenario noted, and everything it was told, in its order. */
export function appServerView(recording: Recording): unknown {
  const normal = new Normaliser(recording.place);
  const { notes, messages, failure } = recording;
  const told = ANSWERS_ONLY in notes ? [] : heard(messages);
  // Ids are numbered as they came.
  normal.value(messages);
  const view = { failure, ...inLanes(told), notes: withoutPrompts(notes as Json) };
  return withoutVersions(normal.value(view));
}

/** What the reference tells beside the rest: its order among itself counts, and not between what else. */
const LANES: Readonly<Record<string, string>> = {
  "thread/status/changed": "statuses",
  "thread/tokenUsage/updated": "usage",
  "thread/started": "threads",
};

function inLanes(told: readonly Json[]): Json {
  const lanes: Record<string, Json[]> = { told: [], statuses: [], usage: [], threads: [] };
  for (const entry of told) lanes[LANES[String(entry["method"])] ?? "told"]!.push(withoutPrompts(entry));
  return lanes;
}

/** Versions of files tell where a program's model server listens. */
function withoutVersions(view: unknown): unknown {
  return JSON.parse(JSON.stringify(view).replace(/sha256:[0-9a-f]{64}/g, "<version>"));
}

interface Piece {
  key: string;
  params: Json;
}

/** Notifications and questions in order; pieces of one text in a row are one piece, what a running command prints is left out. */
export function heard(messages: readonly Message[]): Json[] {
  const told: Json[] = [];
  let piece: Piece | null = null;
  for (const { id, method, params = {} } of messages) {
    if (method === undefined || NOT_COMPARED.has(method) || method === "item/commandExecution/outputDelta") continue;
    const key = `${method} ${String(params["itemId"])}`;
    if (/[dD]elta$/.test(method) && typeof params["delta"] === "string") {
      if (piece !== null && piece.key === key) {
        piece.params["delta"] = String(piece.params["delta"]) + params["delta"];
        continue;
      }
      piece = { key, params: { ...params } };
      told.push({ method, params: piece.params });
      continue;
    }
    piece = null;
    told.push(id === undefined ? { method, params } : { id, method, params });
  }
  return told;
}
