import { isObject, type Json } from "./json.ts";

/** A request that reached the server, with what tests like to ask of it. */
export class RecordedRequest {
  constructor(
    /** Number among the model requests from 0; -1 for any other request. */
    readonly n: number,
    readonly method: string,
    /** Path and query, as sent. */
    readonly url: string,
    readonly headers: Readonly<Record<string, string>>,
    /** The body's bytes as text (decompressed). */
    readonly bodyText: string,
    /** Milliseconds since the epoch when the request was complete. */
    readonly at: number,
    readonly transport: "http" | "websocket",
    /** Number of the WebSocket connection, from 0; -1 over HTTP. */
    readonly connection: number,
  ) {}

  #body: Json | undefined;

  /** The parsed JSON body; `{}` when it is empty or no JSON object. */
  get body(): Json {
    this.#body ??= parseObject(this.bodyText);
    return this.#body;
  }

  get path(): string {
    return this.url.split("?")[0] ?? this.url;
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.url.split("?")[1] ?? "");
  }

  get model(): string {
    return typeof this.body.model === "string" ? this.body.model : "";
  }

  get instructions(): string {
    return typeof this.body.instructions === "string" ? this.body.instructions : "";
  }

  get input(): Json[] {
    return objects(this.body.input);
  }

  get tools(): Json[] {
    return objects(this.body.tools);
  }

  /** Names of the tools offered to the model (the type where a tool has no name). */
  toolNames(): string[] {
    return this.tools.map(tool => String(tool.name ?? tool.type ?? ""));
  }

  /** Texts of the messages of a role, one entry a message, its parts joined with a line feed. */
  texts(role: string): string[] {
    return this.input.filter(item => item.type === "message" && item.role === role).map(item => textOf(item.content));
  }

  userTexts(): string[] {
    return this.texts("user");
  }

  lastUserText(): string {
    return this.userTexts().at(-1) ?? "";
  }

  /** Outputs of function and custom tool calls in the input, in order. */
  functionOutputs(): { callId: string; output: string; raw: Json }[] {
    return this.input
      .filter(item => typeof item.type === "string" && item.type.endsWith("_output"))
      .map(raw => ({ callId: String(raw.call_id ?? ""), output: textOf(raw.output), raw }));
  }

  /** The output of one call, or undefined. */
  output(callId: string): string | undefined {
    return this.functionOutputs().find(output => output.callId === callId)?.output;
  }

  /** The output of the last call, or "". */
  lastOutput(): string {
    return this.functionOutputs().at(-1)?.output ?? "";
  }

  /** Calls that the model made, as they stand in the input. */
  calls(): Json[] {
    return this.input.filter(item => typeof item.type === "string" && item.type.endsWith("_call"));
  }
}

function parseObject(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Text of a content list, an output (string, object with `content`, list of parts), or any other value as JSON. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    return value
      .map(part => (isObject(part) && typeof part.text === "string" ? part.text : ""))
      .filter(text => text !== "")
      .join("\n");
  }
  if (isObject(value) && "content" in value) return textOf(value.content);
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
