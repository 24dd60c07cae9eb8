import type { Json } from "./json.ts";
import type { RecordedRequest } from "./request.ts";

/**
 * An output item of a reply, in the words of the Responses API with everything that can be guessed left out: ids, call
 * ids, statuses, content wrappers. A plain string is an assistant message. An item whose `type` is unknown is sent as it
 * stands.
 */
export type ReplyItem =
  | string
  | { type: "message"; text?: string; role?: string; id?: string; [more: string]: unknown }
  | {
      type: "reasoning";
      summary?: string | readonly unknown[];
      content?: string | readonly unknown[];
      [more: string]: unknown;
    }
  | { type: "function_call"; name: string; arguments?: unknown; call_id?: string; [more: string]: unknown }
  | { type: "custom_tool_call"; name: string; input: string; call_id?: string; [more: string]: unknown }
  | { type: "local_shell_call"; command?: readonly string[]; call_id?: string; [more: string]: unknown }
  | { type: "tool_search_call"; arguments?: unknown; call_id?: string; [more: string]: unknown }
  | { type: "web_search_call"; query?: string; [more: string]: unknown }
  | { type: string; [more: string]: unknown };

/** Token counts; the short form fills in the wire's nested form. */
export interface ReplyUsage {
  input?: number;
  cached?: number;
  output?: number;
  reasoning?: number;
  total?: number;
}

/** An event to send: an object (its `type` names it), or a string that is sent as the event's data as it stands. */
export type ReplyEvent = Json | string | Uint8Array;

/** What the server answers to one request. Everything is optional: `{}` is a response without items. */
export interface Reply {
  /** Output items, in order. */
  items?: readonly ReplyItem[];
  /** Short for one assistant message at the end of `items`. */
  text?: string;
  /** The response's id; default `resp_<n>`. */
  id?: string;
  /** Token counts of `response.completed`; `null` sends none. Objects with `input_tokens` are sent as they stand. */
  usage?: ReplyUsage | Json | null;
  /** Characters of each text delta; 0 sends no deltas; default 24. */
  chunk?: number;
  /** `openai-model` and other response headers (on a WebSocket they are left out). */
  headers?: Record<string, string>;
  /** HTTP status; anything but 200 answers `body` instead of a stream. On a WebSocket it becomes a wrapped error. */
  status?: number;
  /** Body of an HTTP answer (objects as JSON, strings as they stand); used with a `status`, or to send any bytes with 200. */
  body?: unknown;
  /** Ends with `response.failed` in place of `response.completed`. */
  failed?: { code?: string; message?: string; [more: string]: unknown };
  /** Ends with `response.incomplete` in place of `response.completed`. */
  incomplete?: { reason?: string };
  /** Sends exactly these events, in place of those made from `items`. Nothing is added: no created, no completed. */
  events?: Iterable<ReplyEvent> | AsyncIterable<ReplyEvent>;
  /** Milliseconds before the first byte (status and headers included). */
  delayMs?: number;
  /** Milliseconds before each event but the first. */
  eventDelayMs?: number;
  /** Waits for this before the last event (`response.completed`) is sent. In process only. */
  hold?: Promise<unknown>;
  /** Ends the answer after so many events; `"reset"` in `how` destroys the connection, default is a clean end. */
  disconnectAfter?: number | { events?: number; bytes?: number; how?: "end" | "reset" };
  /** Never ends: after the events (without the terminal one) the stream stays open until the client leaves. */
  hang?: boolean;
  /** Keeps the connection open after the terminal event instead of ending it. */
  keepOpen?: boolean;
}

/** What `respond` may return: one reply, a text, or several replies (the first now, the others for the requests that follow), or nothing (the rules are asked). */
export type Answer = Reply | string | readonly (Reply | string)[] | undefined;

/** What a script function gets beside the request. */
export interface ScriptContext {
  /** Number of this model request in the run, from 0. */
  n: number;
  /** Free state of the run: one object a server, empty at the start. */
  state: Json;
  /** Every model request so far, this one last. */
  requests: readonly RecordedRequest[];
}

/** Conditions on a request; all that are given must hold. */
export interface Match {
  /** The last user text contains this. */
  user?: string;
  /** Some text anywhere in the body (as JSON) contains this, or each of these. */
  contains?: string | readonly string[];
  /** The request answers this call id (an output item of it is in the input). */
  outputOf?: string;
  /** The output of the last call contains this. */
  output?: string;
  /** Number of the model request, from 0. */
  n?: number;
  model?: string;
  /** Value of a request header contains this (name in lower case). */
  header?: Record<string, string>;
}

/** The first rule whose `when` holds answers; a rule with `times` stops matching after so many uses. */
export interface Rule {
  when?: Match;
  reply: Reply | string;
  times?: number;
}

/** Answer to a WebSocket handshake: without a status it is accepted. */
export interface Handshake {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  delayMs?: number;
  /** Never answers. */
  hang?: boolean;
}

/** A script: a function, a list of replies played in order, or the object form with all the parts. */
export type Script = RespondFunction | readonly (Reply | string)[] | ScriptObject;

export type RespondFunction = (request: RecordedRequest, context: ScriptContext) => Answer | Promise<Answer>;

export interface ScriptObject {
  /** Looks at each request and answers; asked when the list of replies is at its end. */
  respond?: RespondFunction;
  /** Played first, in order, one a request. */
  replies?: readonly (Reply | string)[];
  /** Looked through when neither of the two above answers. */
  rules?: readonly Rule[];
  /** When nothing else answers; default: HTTP 400 that says so. */
  otherwise?: Reply | string;
  /** Answer to `GET /models`: a list of models, a reply, or a function; default an empty list. */
  models?: readonly Json[] | Reply | ((request: RecordedRequest) => Reply | Promise<Reply>);
  /** Answers to WebSocket handshakes, in order (then accepted), or a function; absent: accepted. */
  handshakes?: readonly Handshake[] | ((request: RecordedRequest, n: number) => Handshake | Promise<Handshake>);
  /** Answers to any other path (`"POST /responses/compact"`, `"GET /api/tags"`); a list is played in order, its last one repeats. */
  routes?: Record<string, Reply | readonly Reply[] | ((request: RecordedRequest) => Reply | Promise<Reply>)>;
}
