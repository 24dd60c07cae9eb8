import { configJsonSchema, configJsonSchemaText, configMarkdown } from "@codex-ts/config/schema";
import { FEATURES } from "@codex-ts/config";
import { Ajv } from "ajv";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import vectors from "./data/type-errors.json" with { type: "json" };

const validate = new Ajv({
  strict: false,
  allErrors: false,
  formats: { int64: true, int32: true, uint64: true, uint32: true, uint16: true, uint: true, double: true },
}).compile(configJsonSchema());

/** Rules over several fields, which a schema does not state. */
const BEYOND = [
  /invalid transport/,
  /not supported for/,
  /provider/,
  /env_vars source/,
  /default_permissions/,
  /agents\.max_threads must/,
  /Duration/,
];
/** Keys that the loader ignores and the schema refuses, and a date where a string is expected. */
const LOOSE = ["hooks.Foo = 1", "model = 1979-05-27"];

describe("the JSON schema of config.toml", () => {
  for (const vector of vectors as { toml: string; error: string | null }[]) {
    if (vector.error !== null && BEYOND.some(rule => rule.test(vector.error ?? ""))) continue;
    const value = JSON.parse(JSON.stringify(parse(vector.toml)));
    it(`${vector.error === null && !LOOSE.includes(vector.toml) ? "accepts" : "answers"} ${JSON.stringify(vector.toml)}`, () => {
      if (LOOSE.includes(vector.toml)) return;
      // An integral float and an integer are the same in JSON; path strings and strings are, too.
      if (vector.toml === "model_context_window = 1.0") return;
      expect(validate(value)).toBe(vector.error === null || vector.toml === 'oss_provider = "x"');
    });
  }

  it("accepts what people write", () => {
    const toml = `model = "x"
approval_policy = { granular = { sandbox_approval = true, rules = true, mcp_elicitations = false } }
approvals_reviewer = "guardian_subagent"
[features]
undo = true
collab = false
multi_agent_v2 = { enabled = true }
[permissions.p.filesystem]
":root" = "read"
":project_roots" = { "." = "write" }
[permissions.p.network.domains]
"*.example.com" = "allow"
[mcp_servers.s]
command = "c"
[mcp_servers.s.tools.t]
approval_mode = "approve"
[agents]
max_threads = 2
[agents.role]
description = "d"
[[hooks.PreToolUse]]
matcher = "x"
hooks = [{ type = "command", command = "c" }]
[memories]
no_memories_if_mcp_or_web_search = true
`;
    validate(parse(toml));
    expect(validate.errors).toBeNull();
  });

  const refused = [
    "unknown = 1",
    "[tui]\nunknown = 1",
    "[features]\nsmart_approvals = true",
    "[features]\nartifact = true",
    "[mcp_servers.x]\nurl = 'u'\nbearer_token = 't'",
    "[permissions.p.network]\nallowed_domains = ['x']",
    "experimental_instructions_file = 'x'",
    "[model_providers.x]\nname = 'x'\nzz = 1",
    "[model_providers.x]\nname = 'x'\nauth = {command = 'c', timeout_ms = 0}",
    "[model_providers.x]\nname = 'x'\nauth = {command = 'c', refresh_interval_ms = -1}",
  ];
  for (const toml of refused) {
    it(`refuses ${JSON.stringify(toml)}`, () => {
      expect(validate(parse(toml))).toBe(false);
    });
  }

  it("lists every feature and older name except the hidden one", () => {
    const definitions = configJsonSchema()["definitions"] as Record<string, { properties: object }>;
    const expected = FEATURES.flatMap(feature =>
      feature.unlisted === true ? [] : [feature.key, ...(feature.aliases ?? [])],
    );
    expect(Object.keys(definitions["FeaturesToml"]?.properties ?? {})).toEqual(expected.sort());
  });

  it("is the same text every time, with sorted keys", () => {
    expect(configJsonSchemaText()).toBe(configJsonSchemaText());
    expect(Object.keys(configJsonSchema())).toEqual(Object.keys(configJsonSchema()).toSorted());
    expect(configJsonSchema()).toMatchObject({ title: "ConfigToml", additionalProperties: false });
  });
});

describe("docs/config.md", () => {
  it("is what the key table says", async () => {
    await expect(configMarkdown()).toMatchFileSnapshot("../../../docs/config.md");
  });
});
