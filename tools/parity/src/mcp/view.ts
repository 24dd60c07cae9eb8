import type { Json } from "@codex-ts-tools/model-server";
import type { Recording } from "../drive/drive.ts";
import { Normaliser } from "../drive/normalise.ts";

/** What concerns MCP servers: what the model was shown and told, items, questions, how servers started, and what a scenario noted. */
export function mcpView(recording: Recording): unknown {
  const normal = new Normaliser(recording.place);
  const { requests, messages, notes, failure } = recording;
  const params = (method: string): Json[] =>
    messages.flatMap(message => (message.method === method ? [message.params ?? {}] : []));
  const items = messages.flatMap(({ method, params: told = {} }) => {
    const item = told["item"] as Json | undefined;
    return item?.["type"] === "mcpToolCall" ? [{ method, item }] : [];
  });
  const questions = messages.filter(({ id, method }) => id !== undefined && method !== undefined);
  return normal.value({
    failure,
    tools: requests.map(({ body }) => shownTools(body)),
    outputs: requests.map(({ body }) => outputs(body)),
    items: items.sort((a, b) => (String(a.item["id"]) < String(b.item["id"]) ? -1 : 1)),
    questions: questions.map(({ method, params: asked }) => ({ method, params: asked })),
    startup: finalStates(params("mcpServer/startupStatus/updated")),
    completed: params("turn/completed").map(({ turn }) => (turn as Json)["status"]),
    notes,
  });
}

/** Only the tools of servers, and the names of those that come with them. Descriptions of our own tools are our own. */
function shownTools(body: Json): unknown {
  const tools = (body["tools"] ?? []) as Json[];
  return tools.flatMap((tool): unknown[] => {
    if (tool["type"] === "namespace") return [tool];
    const name = String(tool["name"] ?? tool["type"]);
    return /mcp|tool_search/.test(name) ? [name] : [];
  });
}

function outputs(body: Json): unknown {
  const input = (body["input"] ?? []) as Json[];
  return input
    .filter(item => String(item["type"]).endsWith("_output"))
    .map(item => ({ id: item["call_id"], output: item["output"] ?? item["tools"] }));
}

/** The last state of each server, by name. */
function finalStates(updates: readonly Json[]): Json {
  const states: Json = {};
  for (const { name, status, error } of updates) states[String(name)] = { status, error };
  return states;
}
