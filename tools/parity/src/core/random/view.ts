import type { Json } from "@codex-ts-tools/model-server";
import type { View } from "../../drive/scenario.ts";
import { coreView } from "../view.ts";

/** Items that tools bring about: calls of one response run beside each other. */
const OF_TOOLS =
  /commandExecution|fileChange|imageView|dynamicToolCall|request|serverRequest|turn\/plan|turn\/diff|terminalInteraction|item\/tool/;

/** The number that a program gave to a live process, where the model repeats it. */
const SESSION = /\\*"session_id\\*":\d+/g;

/**
 * What a generated session comes to. Calls of one response run at once and beside the stream, so what is told of them has
 * no order among itself; what the model and the person say has, and so has everything in requests and files.
 */
export const randomView: View = recording => {
  const { order, items, requests, ...rest } = coreView(recording) as {
    order: { order: Json[] };
    items: Json[];
    requests: { body: Json & { input: unknown[] } }[];
  } & Json;
  const ofTools = order.order.filter(isOfTool);
  return withoutSessions({
    ...rest,
    requests: requests.map((request, at) => withoutRepetition(request, requests.slice(0, at))),
    order: order.order.filter(entry => !isOfTool(entry)),
    tools: sorted(ofTools),
    items: sorted(items),
  });
};

/** A request whose input goes on from an earlier one's says so, and what is new: a difference is told once. */
function withoutRepetition(request: { body: Json & { input: unknown[] } }, before: (typeof request)[]): unknown {
  const input = request.body.input.map(item => JSON.stringify(item));
  const at = before.findLastIndex(({ body }) => {
    const earlier = body.input.map(item => JSON.stringify(item));
    return earlier.length > 0 && earlier.every((item, index) => item === input[index]);
  });
  if (at < 0) return request;
  const fresh = request.body.input.slice(before[at]!.body.input.length);
  return { ...request, body: { ...request.body, input: [`<as in request ${at}>`, ...fresh] } };
}

function isOfTool({ method, type }: Json): boolean {
  return OF_TOOLS.test(`${String(method)} ${String(type)}`);
}

function sorted(values: readonly unknown[]): unknown[] {
  return values
    .map(value => [JSON.stringify(value), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, value]) => value);
}

function withoutSessions(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value).replace(SESSION, text => text.replace(/\d+$/, '\\"<session>\\"'))) as unknown;
}
