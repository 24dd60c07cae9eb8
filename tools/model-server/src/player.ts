import type { Json } from "./json.ts";
import type { RecordedRequest } from "./request.ts";
import type { Match, Reply, RespondFunction, Rule, Script, ScriptObject } from "./script.ts";

/** Plays a script: decides which reply each model request gets. Owns the run's state. */
export class Player {
  readonly script: ScriptObject;
  readonly #state: Json = {};
  readonly #used = new Map<Rule, number>();
  readonly #queue: (Reply | string)[] = [];
  readonly #routesPlayed = new Map<string, number>();

  constructor(script: Script) {
    this.script = normalize(script);
    this.#queue.push(...(this.script.replies ?? []));
  }

  async replyTo(request: RecordedRequest, requests: readonly RecordedRequest[]): Promise<Reply> {
    const queued = this.#queue.shift();
    if (queued !== undefined) return asReply(queued);
    if (this.script.respond !== undefined) {
      const answer = await this.script.respond(request, { n: request.n, state: this.#state, requests });
      const [first, ...others] = answer === undefined ? [] : isList(answer) ? answer : [answer];
      this.#queue.push(...others);
      if (first !== undefined) return asReply(first);
    }
    for (const rule of this.script.rules ?? []) {
      const used = this.#used.get(rule) ?? 0;
      if (used >= (rule.times ?? Number.POSITIVE_INFINITY) || !matches(rule.when ?? {}, request)) continue;
      this.#used.set(rule, used + 1);
      return asReply(rule.reply);
    }
    return asReply(this.script.otherwise ?? exhausted(request));
  }

  /** The reply to anything but a model request: a route, the model list, or 404. */
  async otherReply(request: RecordedRequest): Promise<Reply> {
    const { method, path } = request;
    const route = await this.#route(request);
    if (route !== undefined) return route;
    if (method === "GET" && path.endsWith("/models")) {
      const { models = [] } = this.script;
      if (typeof models === "function") return models(request);
      return isList(models) ? { body: { models } } : models;
    }
    return { status: 404, body: { error: { message: `The scripted model server has nothing at ${method} ${path}.` } } };
  }

  async #route(request: RecordedRequest): Promise<Reply | undefined> {
    const routes = this.script.routes ?? {};
    const key = [request.path, request.path.replace(/^\/v1(?=\/)/, "")]
      .map(path => `${request.method} ${path}`)
      .find(name => Object.hasOwn(routes, name));
    const route = key === undefined ? undefined : routes[key];
    if (key === undefined || route === undefined) return undefined;
    if (typeof route === "function") return route(request);
    if (!isList(route)) return route;
    const n = this.#routesPlayed.get(key) ?? 0;
    this.#routesPlayed.set(key, n + 1);
    return route[Math.min(n, route.length - 1)];
  }
}

/** Whether a request meets every condition of a match. */
function matches(match: Match, request: RecordedRequest): boolean {
  const contains = match.contains === undefined ? [] : [match.contains].flat();
  const inBody = (text: string) =>
    request.bodyText.includes(text) || request.bodyText.includes(JSON.stringify(text).slice(1, -1));
  return (
    (match.n === undefined || request.n === match.n) &&
    (match.model === undefined || request.model === match.model) &&
    (match.user === undefined || request.lastUserText().includes(match.user)) &&
    (match.outputOf === undefined || request.output(match.outputOf) !== undefined) &&
    (match.output === undefined || request.lastOutput().includes(match.output)) &&
    contains.every(inBody) &&
    Object.entries(match.header ?? {}).every(([name, value]) => request.headers[name.toLowerCase()]?.includes(value))
  );
}

function normalize(script: Script): ScriptObject {
  if (typeof script === "function") return { respond: script satisfies RespondFunction };
  return isList(script) ? { replies: script } : script;
}

function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}

function asReply(reply: Reply | string): Reply {
  return typeof reply === "string" ? { text: reply } : reply;
}

function exhausted(request: RecordedRequest): Reply {
  const message = `The model script has no reply for request ${request.n} (last user text: ${JSON.stringify(request.lastUserText().slice(0, 80))}).`;
  return { status: 400, body: { error: { message, type: "script_exhausted" } } };
}
