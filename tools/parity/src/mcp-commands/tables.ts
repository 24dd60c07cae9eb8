import type { Random } from "../random.ts";

/** A value as TOML text. */
type Toml = string;

const NAMES = ["a", "b-c", "D_4", "ä", "with space", "x.y", "zz"];
const WORDS = ["node", "srv.js", "--x", "", "a b", "ö", 'q"uote', "C:\\dir", "*"];
const PLACES = ["/tmp", "rel/dir", "~/x", "", "./y"];
const ADDRESSES = ["http://127.0.0.1:9/mcp", "https://localhost:9/", "nonsense", "", "http://127.0.0.1:9/ä?b=c"];

const quoted = (text: string): Toml => JSON.stringify(text);

/** Values that a setting should not have. */
const WRONG: readonly Toml[] = ['"text"', "7", "-1", "true", "[]", "[1]", "{ a = 1 }", "1.5", '["a"]', "1979-05-27"];

/** How each setting is written when it is right. */
const SETTINGS: Readonly<Record<string, (random: Random) => Toml>> = {
  command: random => quoted(random.pick(WORDS)),
  args: random => list(random, WORDS),
  env: random => map(random, ["A", "B_1", "lower", "Z"]),
  env_vars: random => random.pick([list(random, ["HOME", "LANG", "NOPE"]), ...ENV_VARS]),
  cwd: random => quoted(random.pick(PLACES)),
  url: random => quoted(random.pick(ADDRESSES)),
  bearer_token_env_var: random => quoted(random.pick(["TOKEN", "", "bad name"])),
  bearer_token: () => quoted("secret"),
  http_headers: random => map(random, ["X-A", "Authorization", "bad name"]),
  env_http_headers: random => map(random, ["X-B", "authorization"]),
  oauth_resource: () => quoted("https://resource"),
  scopes: random => list(random, ["s1", " s2 ", ""]),
  enabled: random => random.pick(["true", "false"]),
  required: random => random.pick(["true", "false"]),
  supports_parallel_tool_calls: random => random.pick(["true", "false"]),
  startup_timeout_sec: random => random.pick(["1", "2.5", "0", "0.25", "1e3", "nan", "inf", "-1", "-0.0", "1e300"]),
  startup_timeout_ms: random => random.pick(["1500", "0", "1", "-5", "1.5"]),
  tool_timeout_sec: random => random.pick(["60", "0.5", "3.0", "-2", "1e-3"]),
  default_tools_approval_mode: random => random.pick(MODES),
  enabled_tools: random => list(random, ["t", "u", ""]),
  disabled_tools: random => list(random, ["t", "v"]),
  experimental_environment: random => quoted(random.pick(["local", "remote", "moon"])),
  name: () => quoted("legacy"),
  unknown_key: () => "1",
};

const MODES: readonly Toml[] = ['"auto"', '"prompt"', '"approve"', '"never"', '"Auto"'];
const ENV_VARS: readonly Toml[] = [
  '[{ name = "A" }]',
  '[{ name = "A", source = "local" }, "B"]',
  '[{ name = "A", source = "remote" }]',
  '[{ name = "A", source = "moon" }]',
  '[{ name = "A", other = 1 }]',
  "[{}]",
];
const STDIO = ["command", "args", "env", "env_vars", "cwd"];
const HTTP = ["url", "bearer_token_env_var", "http_headers", "env_http_headers", "oauth_resource"];
const BOTH = Object.keys(SETTINGS).filter(
  name => !STDIO.includes(name) && !HTTP.includes(name) && name !== "bearer_token",
);

function list(random: Random, words: readonly string[]): Toml {
  return `[${random.list(0, 3, () => quoted(random.pick(words))).join(", ")}]`;
}

function map(random: Random, names: readonly string[]): Toml {
  const chosen = names.filter(() => random.chance(0.5));
  return `{ ${chosen.map(name => `${quoted(name)} = ${quoted(random.pick(["1", "", "x y"]))}`).join(", ")} }`;
}

/** A config.toml with servers, most of them right. */
export function serverTables(random: Random): { text: string; names: string[] } {
  const names = NAMES.filter(() => random.chance(0.3));
  if (names.length === 0) names.push("a");
  return { text: names.map(name => table(random, name)).join("\n"), names };
}

function table(random: Random, name: string): string {
  const own = random.chance(0.5) ? STDIO : HTTP;
  const wanted = new Set<string>(random.chance(0.97) ? [own[0]!] : []);
  for (const setting of [...own, ...BOTH]) if (random.chance(0.3)) wanted.add(setting);
  if (random.chance(0.06)) wanted.add(random.pick(Object.keys(SETTINGS)));
  const lines = [...wanted].map(setting => {
    const wrong = random.chance(0.015);
    return `${setting} = ${wrong ? random.pick(WRONG) : careful(random, setting)}`;
  });
  const tools = random.chance(0.3)
    ? [`[mcp_servers.${quoted(name)}.tools.${quoted(random.pick(["t", "a b"]))}]`, `approval_mode = ${mode(random)}`]
    : [];
  return [`[mcp_servers.${quoted(name)}]`, ...lines, ...tools, ""].join("\n");
}

/** Half of the odd values are drawn again, so that most files load. */
function careful(random: Random, setting: string): Toml {
  const make = SETTINGS[setting]!;
  if (setting === "default_tools_approval_mode") return mode(random);
  for (let tries = 0; tries < 4; tries++) {
    const value = make(random);
    if (!/-|moon|inf|nan|1e300|other|\{\}|1\.5$/.test(value) || random.chance(0.1)) return value;
  }
  return make(random);
}

function mode(random: Random): Toml {
  return random.chance(0.95) ? random.pick(MODES.slice(0, 3)) : random.pick(MODES);
}
