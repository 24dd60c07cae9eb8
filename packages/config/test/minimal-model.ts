/** A model with all that it must have, and no more. */
export const minimalModel = {
  slug: "m",
  display_name: "M",
  supported_reasoning_levels: [{ effort: "low", description: "" }],
  shell_type: "default",
  visibility: "list",
  supported_in_api: true,
  priority: 1,
  base_instructions: "",
  supports_reasoning_summaries: false,
  support_verbosity: false,
  truncation_policy: { mode: "bytes", limit: 1 },
  supports_parallel_tool_calls: false,
  experimental_supported_tools: [],
};
