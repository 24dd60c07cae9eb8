import type { Json } from "@codex-ts-tools/model-server";

/**
 * Each program has prompts of its own. What they must agree in is named in these replacements; the prose is left out.
 */
const SHELLS: readonly [RegExp, (text: string) => string][] = [
  [/^<permissions instructions>/, permissionFacts],
  [/^<user_action>/, text => `<user_action> ${/<results>\n\s*([\s\S]*?)\n\s*<\/results>/.exec(text)?.[1] ?? ""}`],
  [/^Review (?:the |what |t)[\s\S]*(?:findings\.|priority\.)$/, () => "<review prompt>"],
  [
    /^The model server answered with|^Your account was flagged|^Warning: (?:The model server|Your account)/,
    () => "<rerouted>",
  ],
  [/^Generated images are /, () => "<where images are>"],
  [/^(?:The image at `|Codex (?:cannot|could not) )/, text => `<no image> ${/: ([^:]*?)\.?$/.exec(text)?.[1] ?? ""}`],
  [/^<turn_aborted>/, () => "<turn_aborted> …"],
  [/^<personality_spec>/, () => "<personality_spec> …"],
  [/^<model_switch>/, () => "<model_switch> …"],
  [/^<collaboration_mode>/, text => (text.length < 200 ? text : "<collaboration_mode> …")],
  [/^<skills_instructions>/, skillFacts],
  [
    /^[^<][\s\S]{60,}\n(SUMMARY[\s\S]*|\(no summary available\))$/,
    text => `<summary prefix>\n${text.slice(text.lastIndexOf("\nSUMMARY") + 1).slice(-200)}`,
  ],
];

/** Texts longer than this under these names are prose. */
const PROSE: Readonly<Record<string, number>> = { instructions: 300, developer_instructions: 200 };

/** A value with the programs' own texts taken out. */
export function withoutPrompts(value: Json): Json {
  return strip(value, "") as Json;
}

function strip(value: unknown, name: string): unknown {
  if (typeof value === "string") return stripText(value, name);
  if (Array.isArray(value)) return value.map(entry => strip(entry, name));
  if (typeof value !== "object" || value === null) return value;
  if (name === "base_instructions") return stripBase(value as Json);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => !(key === "description" && typeof entry === "string"))
      .map(([key, entry]) => [
        key,
        key === "definition" && typeof entry === "string" ? "<grammar>" : strip(entry, key),
      ]),
  );
}

function stripBase(value: Json): Json {
  const text = value["text"];
  return typeof text === "string" && text.length > 300 ? { ...value, text: "<instructions>" } : value;
}

function stripText(text: string, name: string): string {
  const limit = PROSE[name];
  if (limit !== undefined && text.length > limit) return `<${name}>`;
  for (const [shape, replace] of SHELLS) if (shape.test(text)) return replace(text);
  return text;
}

/** The mode, the network, the writable roots, and the rest that tools and tests may rely on. */
function permissionFacts(text: string): string {
  const facts = [
    /`sandbox_mode` is `([a-z-]+)`/.exec(text)?.[1],
    /[Nn]etwork access is (?:currently )?`?(restricted|enabled)/.exec(text)?.[1],
    /The writable roots? (?:is|are) .*$/m.exec(text)?.[0],
    /approvals_reviewer/.test(text) ? "approvals_reviewer" : undefined,
    ...approvedPrefixes(text),
    ...[
      ...text.matchAll(/^- `(?:sandbox_approval|rules|skill_approval|request_permissions|mcp_elicitations)`.*$/gm),
    ].map(([line]) => line),
  ];
  return `<permissions instructions> ${facts.filter(fact => fact !== undefined).join(" ")}`;
}

/** The lists of both programs also give examples; the saved prefixes stand under their own heading. */
function approvedPrefixes(text: string): string[] {
  const [, list = ""] = /[Aa]pproved (?:command )?prefix[^\n]*\n+((?:- \[.*\n?)*)/.exec(text) ?? [];
  return list.split("\n").filter(line => line !== "");
}

/** The list, without how to use it. */
function skillFacts(text: string): string {
  return [...text.matchAll(/^- [^:\n]+: .*\(file: .*\)$/gm)].map(([line]) => line).join("\n");
}
