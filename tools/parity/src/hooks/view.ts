import type { Json } from "@codex-ts-tools/model-server";
import { coreView } from "../core/view.ts";
import type { Recording } from "../drive/drive.ts";

interface CoreView {
  requests: { body?: { input?: unknown } }[];
  order: unknown;
  rollouts: Json[][];
}

/** Lines of a session file that say what the session was made of, not what happened in it: the comparison of the core looks at them. */
const SETTING = new Set(["session_meta", "turn_context"]);

/** What hooks have a hand in: what the model hears, what clients are told, what happens according to the file, what handlers read. */
export function hooksView(recording: Recording): unknown {
  const { requests, order, rollouts, ...rest } = coreView(recording) as CoreView;
  return {
    ...rest,
    requests: requests.map(({ body }) => withoutZone(body?.input)),
    order: withoutReason(order),
    rollouts: rollouts.map(lines => lines.filter(line => !SETTING.has(String(line["type"]))).map(withoutZone)),
  };
}

/** How a zone is called differs from machine to machine. */
function withoutZone(value: unknown): unknown {
  return JSON.parse(
    (JSON.stringify(value) ?? "null").replace(/<timezone>[^<]*<\/timezone>/g, "<timezone>…</timezone>"),
  );
}

/** The words of the two parsers differ; that and where they complain is one and the same. */
function withoutReason(events: unknown): unknown {
  return JSON.parse(
    (JSON.stringify(events) ?? "null").replace(
      /((?:failed to parse hooks config|invalid matcher \\"(?:[^"\\]|\\[^"])*\\" in) [^:"]*: )(?:[^"\\]|\\.)*/g,
      "$1…",
    ),
  );
}
