import type { WebSearchSettings } from "@codex-ts/config";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { HostedTool } from "./tool.ts";
import type { WebSearchSpec } from "./tool-spec.ts";

/** Tools that the model's server runs: web search and image generation. What they did comes back as items of the response. */
export function hostedTools({ session, context }: TurnScope): HostedTool[] {
  const { webSearchSettings, features } = session.config;
  const webSearch = searchMode(session.config.webSearch, context.settings.permissions.type === "disabled");
  const search: HostedTool[] =
    webSearch === "disabled"
      ? []
      : [{ group: "web_search", spec: webSearchSpec(webSearch, webSearchSettings, context.model.webSearchImages) }];
  const draws = features["image_generation"] === true && session.chatgptLogin() && context.model.images;
  return draws
    ? [...search, { group: "image_generation", spec: { type: "image_generation", output_format: "png" } }]
    : search;
}

/** A turn without a sandbox may reach the network anyway: its searches are live. */
function searchMode(configured: "disabled" | "cached" | "live", unsandboxed: boolean): "disabled" | "cached" | "live" {
  return configured === "cached" && unsandboxed ? "live" : configured;
}

/** How web search is listed: cached pages or live ones, and the limits that the configuration sets. */
export function webSearchSpec(
  mode: "cached" | "live",
  settings: WebSearchSettings | null,
  images: boolean,
): WebSearchSpec {
  const { allowedDomains = null, location = null, contextSize = null } = settings ?? {};
  return {
    type: "web_search",
    external_web_access: mode === "live",
    ...(allowedDomains === null ? {} : { filters: { allowed_domains: allowedDomains } }),
    ...(location === null ? {} : { user_location: { type: "approximate", ...withoutNull(location) } }),
    ...(contextSize === null ? {} : { search_context_size: contextSize }),
    ...(images ? { search_content_types: ["text", "image"] } : {}),
  };
}

function withoutNull<T extends object>(value: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null)) as {
    [K in keyof T]?: NonNullable<T[K]>;
  };
}
