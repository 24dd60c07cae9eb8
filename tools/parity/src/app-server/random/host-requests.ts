import type { Json } from "@codex-ts-tools/model-server";
import { base64, UNKNOWN_THREAD } from "../stage.ts";
import type { Random } from "../../random.ts";
import { type Make, maybe, page, PROFILES, SANDBOXES, threadId } from "./requests.ts";

const PLACES = ["a.txt", "sub", "sub/s.txt", "none", "n/e/w", "link", "sub/../a.txt", "", "a.txt/x"];
const place = (random: Random): string => `$WORK/${random.pick(PLACES)}`;
/** What may be written to and taken away. */
const target = (random: Random): string => `$WORK/made/${random.pick(["x", "y", "x/z", "d"])}`;

const KEYS: readonly (readonly [string, readonly unknown[]])[] = [
  ["model", ["gpt-5.4", "gpt-5.2", null, 5]],
  ["review_model", ["gpt-5.4", null, ""]],
  ["model_reasoning_effort", ["high", "bogus", null]],
  ["approval_policy", ["on-request", "never", "bogus", null]],
  ["sandbox_mode", ["read-only", "danger-full-access", "odd"]],
  ["sandbox_workspace_write", [{ network_access: true }, { writable_roots: ["sub"] }, null, "x"]],
  ["sandbox_workspace_write.network_access", [true, "x", null]],
  ["tui.notifications", [true, ["a"], 5]],
  ["tools.web_search", [true, null]],
  ["features.undo", [true, "x", null]],
  ["history", [{ persistence: "none" }, { persistence: "odd" }, null]],
  ["shell_environment_policy.set", [{ A: "1" }, { A: 1 }]],
  ["some.unknown.key", [1, [1, "x", { y: 2.5 }], null]],
  ["a..b", [1]],
  ["", [1]],
  ['projects."/tmp/x".trust_level', ["trusted", "odd"]],
  ["mcp_servers.s", [{ command: "true", enabled: false }, { command: 5 }, null]],
  ["developer_instructions", ["FROM FILE", null]],
];

const edit: Make = random => {
  const [keyPath, values] = random.pick(KEYS);
  return { keyPath, value: random.pick(values), mergeStrategy: random.pick(["replace", "replace", "upsert"]) };
};

const POLICY_OF_COMMAND: Make = random => ({
  ...maybe(random, 0.2, { sandboxPolicy: random.pick<unknown>(SANDBOXES) }),
  ...maybe(random, 0.1, { permissionProfile: random.pick<unknown>(PROFILES) }),
});

const processId = (random: Random): string => random.pick(["p0", "p0", "p1", "none", ""]);
const size = { rows: 10, cols: 30 };

/** Requests about the machine, the settings, and everything else. */
export const HOST: Readonly<Record<string, Make>> = {
  "fs/readFile": random => ({ path: place(random) }),
  "fs/writeFile": random => ({ path: target(random), dataBase64: random.pick([base64("x"), "", "%", "YQ", "YQ=="]) }),
  "fs/createDirectory": random => ({ path: target(random), ...maybe(random, 0.4, { recursive: random.chance(0.5) }) }),
  "fs/getMetadata": random => ({ path: place(random) }),
  "fs/readDirectory": random => ({ path: place(random) }),
  "fs/remove": random => ({
    path: target(random),
    ...maybe(random, 0.4, { recursive: random.chance(0.5) }),
    ...maybe(random, 0.4, { force: random.chance(0.5) }),
  }),
  "fs/copy": random => ({
    sourcePath: place(random),
    destinationPath: target(random),
    ...maybe(random, 0.5, { recursive: random.chance(0.7) }),
  }),
  "fs/watch": random => ({ watchId: random.pick(["w", "v", ""]), path: place(random) }),
  "fs/unwatch": random => ({ watchId: random.pick(["w", "v", ""]) }),
  "command/exec": random => ({
    command: random.pick<unknown>([
      ["echo", "hi"],
      ["sh", "-c", "echo out; echo err >&2; exit 3"],
      ["sh", "-c", "echo $A-$B-$CODEX_SANDBOX_NETWORK_DISABLED"],
      ["sh", "-c", "touch ../outside; echo $?"],
      ["pwd"],
      ["cat"],
      ["sh", "-c", "kill -9 $$"],
      ["nosuchprogram"],
      [],
      ["head", "-c", "300000", "/dev/zero"],
    ]),
    ...POLICY_OF_COMMAND(random),
    ...maybe(random, 0.2, { cwd: random.pick(["sub", "$WORK/sub", "none"]) }),
    ...maybe(random, 0.15, { env: random.pick<Json>([{ A: "1", B: null }, { A: 5 }, { "": "x" }]) }),
    ...maybe(random, 0.15, { outputBytesCap: random.pick([0, 3, -1]) }),
    ...maybe(random, 0.1, { disableOutputCap: true }),
    ...maybe(random, 0.1, { timeoutMs: random.pick([-1, 5000]) }),
    ...maybe(random, 0.1, { disableTimeout: true }),
    ...maybe(random, 0.1, { size: random.pick([size, { rows: 0, cols: 1 }]) }),
  }),
  "command/exec/write": random => ({
    processId: processId(random),
    ...random.pick<Json>([{ deltaBase64: base64("line\n") }, { deltaBase64: "%" }, {}, { deltaBase64: "" }]),
  }),
  "command/exec/resize": random => ({ processId: processId(random), size: random.pick([size, { rows: 0, cols: 0 }]) }),
  "config/read": random => ({
    ...maybe(random, 0.5, { includeLayers: random.chance(0.7) }),
    ...maybe(random, 0.3, { cwd: random.pick(["$WORK", "sub", "$WORK/none"]) }),
  }),
  "config/value/write": random => ({
    ...edit(random),
    ...maybe(random, 0.1, { expectedVersion: random.pick(["sha256:0", "", null]) }),
    ...maybe(random, 0.1, { filePath: random.pick(["$HOME/config.toml", "$WORK/config.toml", "config.toml"]) }),
  }),
  "config/batchWrite": random => ({
    edits: random.list(0, 3, () => edit(random)),
    ...maybe(random, 0.3, { reloadUserConfig: true }),
  }),
  "configRequirements/read": () => ({}),
  "config/mcpServer/reload": () => ({}),
  "experimentalFeature/list": page,
  "experimentalFeature/enablement/set": random => ({
    enablement: random.pick<Json>([
      { tool_search: false },
      { tool_call_mcp_elicitation: false },
      { bogus: true },
      { unified_exec: true },
      { connectors: true },
      {},
      { tool_search: 1 },
    ]),
  }),
  "collaborationMode/list": () => ({}),
  "mock/experimentalMethod": random => ({ value: random.pick<unknown>(["x", null, "", 5]) }),
  "model/list": random => ({ ...page(random), ...maybe(random, 0.3, { includeHidden: true }) }),
  "skills/list": random => ({
    ...maybe(random, 0.7, { cwds: random.pick([["$WORK"], ["sub"], ["$WORK/none"], [], ["$WORK", "$WORK/sub"]]) }),
    ...maybe(random, 0.3, { forceReload: true }),
  }),
  "skills/config/write": random => ({
    enabled: random.chance(0.5),
    ...random.pick<Json>([
      { name: "greet" },
      { name: "" },
      { name: "nope" },
      { path: "$WORK/.codex/skills/greet/SKILL.md" },
      { path: "x" },
      { name: "greet", path: "/x" },
      {},
    ]),
  }),
  "account/read": random => maybe(random, 0.5, { refreshToken: random.chance(0.5) }),
  "account/login/start": random =>
    random.pick<Json>([
      { type: "apiKey", apiKey: "sk-test" },
      { type: "apiKey", apiKey: "" },
      { type: "apiKey" },
      { type: "magic" },
      { type: "chatgptAuthTokens", accessToken: "x", chatgptAccountId: "y", chatgptPlanType: null },
      {},
    ]),
  "account/login/cancel": random => ({ loginId: random.pick([UNKNOWN_THREAD, "bad", ""]) }),
  "account/logout": () => ({}),
  "account/rateLimits/read": () => ({}),
  "account/sendAddCreditsNudgeEmail": random => ({ creditType: random.pick(["credits", "usage_limit", "odd"]) }),
  getAuthStatus: random => ({
    ...maybe(random, 0.6, { includeToken: random.chance(0.7) }),
    ...maybe(random, 0.3, { refreshToken: random.chance(0.5) }),
  }),
  gitDiffToRemote: random => ({ cwd: random.pick(["$WORK", "$WORK/none", "sub", ""]) }),
  fuzzyFileSearch: random => ({
    query: random.pick(["a", "s.t", "", "zzz"]),
    roots: random.pick([["$WORK"], ["$WORK/sub"], [], ["none"]]),
    ...maybe(random, 0.3, { cancellationToken: "t" }),
  }),
  "fuzzyFileSearch/sessionStart": random => ({ sessionId: random.pick(["s", ""]), roots: ["$WORK"] }),
  "fuzzyFileSearch/sessionUpdate": random => ({ sessionId: random.pick(["s", "r"]), query: "a" }),
  "fuzzyFileSearch/sessionStop": random => ({ sessionId: random.pick(["s", "r"]) }),
  "mcpServerStatus/list": random => ({ ...page(random), ...maybe(random, 0.3, { detail: "toolsAndAuthOnly" }) }),
  "mcpServer/oauth/login": random => ({ name: random.pick(["nope", "", "s"]) }),
  "mcpServer/resource/read": random => ({ server: "nope", uri: "a:b", ...maybe(random, 0.5, { threadId: "$T0" }) }),
  "mcpServer/tool/call": random => ({ threadId: threadId(random), server: "nope", tool: "t" }),
  "externalAgentConfig/detect": () => ({ includeHome: false }),
  "externalAgentConfig/import": () => ({ migrationItems: [] }),
  "windowsSandbox/setupStart": random => ({ mode: random.pick(["elevated", "unelevated", "odd"]) }),
  "app/list": page,
  "plugin/list": () => ({}),
  "marketplace/remove": () => ({ marketplaceName: "nope" }),
  initialize: random => ({ clientInfo: { name: random.pick(["again", "a\nb"]), version: "1" } }),
  "memory/reset": () => ({}),
  "nope/method": () => ({}),
};
