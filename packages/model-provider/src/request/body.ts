import { isAzure, type ProviderDefinition } from "../providers/definition.ts";
import type { ResponseItem, ResponsesRequest } from "../wire.ts";

/** What a request is made of; the caller has resolved models, overrides and features already. */
export interface RequestParts {
  model: string;
  instructions: string;
  input: readonly ResponseItem[];
  tools: readonly object[];
  parallelToolCalls: boolean;
  /** Null when the model has no reasoning summaries. Effort null: the model's own default is left to the server. */
  reasoning: { effort: string | null; summary: string | null } | null;
  /** `fast`, `flex` or another tier by its name. */
  serviceTier?: string | null;
  promptCacheKey?: string | null;
  verbosity?: string | null;
  /** The final answer must match this JSON schema. */
  outputSchema?: { schema: unknown; strict?: boolean } | null;
  clientMetadata?: Record<string, string>;
}

/** The body of `POST /responses`, its keys in the order of the wire. */
export function buildRequest(provider: ProviderDefinition, parts: RequestParts): ResponsesRequest {
  const { reasoning } = parts;
  const store = isAzure(provider);
  const text = textOf(parts);
  return {
    model: parts.model,
    ...(parts.instructions === "" ? {} : { instructions: parts.instructions }),
    input: parts.input.map(item => (store ? withServerId(item) : withoutId(item))),
    tools: [...parts.tools],
    tool_choice: "auto",
    parallel_tool_calls: parts.parallelToolCalls,
    reasoning:
      reasoning === null
        ? null
        : {
            ...(reasoning.effort === null ? {} : { effort: reasoning.effort }),
            ...(reasoning.summary === null || reasoning.summary === "none" ? {} : { summary: reasoning.summary }),
          },
    store,
    stream: true,
    include: reasoning === null ? [] : ["reasoning.encrypted_content"],
    ...(parts.serviceTier ? { service_tier: parts.serviceTier === "fast" ? "priority" : parts.serviceTier } : {}),
    ...(parts.promptCacheKey ? { prompt_cache_key: parts.promptCacheKey } : {}),
    ...(text === undefined ? {} : { text }),
    ...(parts.clientMetadata === undefined ? {} : { client_metadata: parts.clientMetadata }),
  };
}

function textOf({ verbosity, outputSchema }: RequestParts): ResponsesRequest["text"] {
  if (!verbosity && !outputSchema) return undefined;
  return {
    ...(verbosity ? { verbosity } : {}),
    ...(outputSchema
      ? {
          format: {
            type: "json_schema",
            strict: outputSchema.strict ?? true,
            schema: outputSchema.schema,
            name: "codex_output_schema",
          },
        }
      : {}),
  };
}

/** The server does not keep our items, so their ids mean nothing to it. An image's id is part of the image. */
export function withoutId(item: ResponseItem): ResponseItem {
  if (!("id" in item) || item.type === "image_generation_call") return item;
  const { id: _id, ...rest } = item;
  return rest as ResponseItem;
}

/** Where an item of a conversation keeps the server's id: copies of it do, files that hold it do not. */
const SERVER_ID = Symbol("id of the server");

/** The item as a conversation keeps it, for providers that want its id back (`isAzure`). */
export function keepServerId(item: ResponseItem, id: string | undefined): ResponseItem {
  return id ? Object.assign({ ...item }, { [SERVER_ID]: id }) : item;
}

function withServerId(item: ResponseItem): ResponseItem {
  if ("id" in item && item.id) return item;
  const { type, ...rest } = withoutId(item);
  const id = (item as { [SERVER_ID]?: string })[SERVER_ID];
  return id === undefined ? withoutId(item) : ({ type, id, ...rest } as ResponseItem);
}
