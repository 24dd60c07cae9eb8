import { agentKeys, profileFeatures } from "./agent.ts";
import { interfaceKeys } from "./interface.ts";
import { memoryKeys, modelKeys, modelProvider, refuseProviders } from "./model.ts";
import { safetyKeys } from "./safety.ts";
import { bool, type Key, key, map, type TableType, table, text } from "./types.ts";

const shared: Record<string, Key> = {
  ...modelKeys,
  ...safetyKeys,
  ...agentKeys,
  memories: key(memoryKeys, "Memories across threads."),
  ...interfaceKeys,
};

/** `[profiles.<name>]`: the keys of the table that are marked for profiles, and three that stand only there. */
export const configProfile: TableType = table("ConfigProfile", {
  ...Object.fromEntries(Object.entries(shared).filter(([, entry]) => entry.profile === true)),
  features: key(profileFeatures, "Feature switches.", { profile: true }),
  include_apply_patch_tool: key(bool, "Older switch of the feature `apply_patch_freeform`.", { stage: "deprecated" }),
  tools_view_image: key(bool, "Offer the `view_image` tool.", { stage: "deprecated" }),
});

/** Every key of config.toml: the one table behind checking, warnings, the API view, the JSON schema and the docs. */
export const configKeys: TableType = table("ConfigToml", {
  ...shared,
  model_providers: key(table("", {}, { rest: modelProvider, check: refuseProviders }), "Model providers by id.", {
    default: "{}",
  }),
  profile: key(text, "Which `[profiles.<name>]` to apply."),
  profiles: key(map(configProfile), "Named sets of overrides.", { default: "{}" }),
});
