import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Place } from "../drive/drive.ts";
import { answer, type Case, overBoth, overSocket, overSse } from "./stage.ts";

/** A token command that prints `token-1`, `token-2`, … by a file beside it. */
export const COUNTER = (more = "refresh_interval_ms = 0", file = "count") =>
  `auth = { command = "sh", args = ["-c", "n=$(($(cat ${file} 2>/dev/null) + 1)); echo $n > ${file}; echo token-$n"], ${more} }`;
/** The same beside no other case: whoever shares a counter races for its numbers. */
const ownCounter = (file: string) => COUNTER(undefined, file);
const command = (script: string, more = "timeout_ms = 5000") =>
  `auth = { command = "sh", args = ["-c", ${JSON.stringify(script)}], ${more} }`;
const rejected = answer(401, {});

/** A provider whose address stands below `path`. */
const at = (path: string) => (place: Place) => `base_url = "${place.baseUrl.replace(/\/v1$/, "")}${path}"`;

const refused = Array.from({ length: 8 }, () => rejected);

/** Leads the built-in provider to the scripted server. */
export async function openaiAddress({ home, baseUrl }: Place): Promise<void> {
  const file = path.join(home, "config.toml");
  await writeFile(file, `openai_base_url = "${baseUrl}"\n${await readFile(file, "utf8")}`);
}

const HEADERS =
  '"X-A" = "1", "X-Bad Name" = "2", "X-Bad-Value" = "a\\nb", "X-Empty" = "", "User-Agent" = "mine", "originator" = "me", "Accept" = "text/plain", "Content-Type" = "text/x", "Authorization" = "Basic x", "session_id" = "s"';

/** Providers of every shape: addresses, headers, keys, token commands. */
export const shapes: readonly Case[] = [
  ...overBoth("nothing special", {}),
  ...overBoth("Azure by its name", { provider: 'name = "Azure"' }, ["one", "two"]),
  overSse("Azure by its address", { provider: at("/openai.azure.com/v1") }),
  ...["/v1/", "/v1//", "/deep/er/v1", ""].map(path =>
    overSse(`the address ${path === "" ? "of a host" : path}`, { provider: at(path) }, ["one"]),
  ),
  overSse("an address with a query", { provider: at("/v1?a=b") }, ["one"]),
  ...overBoth("query parameters", { provider: 'query_params = { "api-version" = "2024 05&x=%20ü" }' }),
  overSse("headers", { provider: `http_headers = {${HEADERS}, "X-Latin" = "é" }` }),
  // The reference cannot send a header of other letters over a WebSocket, and goes on over HTTP.
  overSocket("headers", { provider: `http_headers = {${HEADERS} }` }),
  ...overBoth("headers of the environment", {
    provider:
      'env_http_headers = { "X-E" = "E_SET", "X-N" = "E_UNSET", "X-B" = "E_BLANK", "X-S" = "E_SPACE", "X-L" = "E_LINES", "X-A" = "E_SET" }\nhttp_headers = { "X-A" = "static" }',
    env: { E_SET: "set", E_BLANK: "  ", E_SPACE: " padded ", E_LINES: "a\nb" },
  }),
  ...overBoth("a key of the environment", { provider: 'env_key = "THE_KEY"', env: { THE_KEY: "sk-env" } }),
  overSse("a key with spaces around", { provider: 'env_key = "THE_KEY"', env: { THE_KEY: "  sk-env \n" } }),
  overSse("a key that no header can hold", { provider: 'env_key = "THE_KEY"', env: { THE_KEY: "sk\nenv" } }),
  overSse("a key of other letters", { provider: 'env_key = "THE_KEY"', env: { THE_KEY: "sk-é" } }),
  ...overBoth("a key that is missing", { provider: 'env_key = "NO_KEY"\nenv_key_instructions = "Set it."' }),
  overSse("a key that is blank", { provider: 'env_key = "THE_KEY"', env: { THE_KEY: "  " } }),
  ...overBoth("a bearer token", { provider: 'experimental_bearer_token = "tok-1"' }),
  overSse("a bearer token and a key", {
    provider: 'experimental_bearer_token = "tok-1"\nenv_key = "THE_KEY"',
    env: { THE_KEY: "sk-env" },
  }),
  overSse("a bearer token that is empty", { provider: 'experimental_bearer_token = ""' }),
  overSse("a bearer token that is refused", { provider: 'experimental_bearer_token = "tok-1"', replies: refused }),
  overSse("an address without a server", { provider: 'base_url = "http://127.0.0.1:1/v1"' }, ["one"]),
  overSse("an address that is none", { provider: 'base_url = "not an address"' }, ["one"]),
  overSse("a host that is unknown", { provider: 'base_url = "http://nowhere.invalid/v1"' }, ["one"]),
  ...overBoth("a token command", { provider: COUNTER() }),
  ...overBoth("a token command, one 401", { provider: ownCounter("one"), replies: [rejected] }),
  ...overBoth("a token command, 401 for ever", { provider: ownCounter("ever"), replies: refused }),
  overSocket("a token command, handshakes are refused for ever", {
    provider: ownCounter("refused"),
    handshakes: { status: 401, body: {} },
    replies: refused,
  }),
  overSse("a token command that is asked again soon", { provider: COUNTER("refresh_interval_ms = 1") }),
  overSse("a token command without an interval", { provider: COUNTER("timeout_ms = 5000") }),
  ...[
    ["prints nothing", "true"],
    ["prints spaces", "printf ' \\n\\t '"],
    ["prints several lines", "printf 'a\\nb\\n'"],
    ["prints what is no UTF-8", "printf '\\377\\376'"],
    ["prints spaces around", "printf '  tok \\n\\n'"],
    ["fails", "echo tok; exit 3"],
    ["fails with words", "echo 'it did not work' >&2; exit 3"],
    ["fails with many words", 'for i in 1 2 3; do echo "line $i" >&2; done; exit 1'],
    ["is killed", "kill -9 $$"],
    ["prints to stderr and works", "echo noise >&2; echo tok"],
    ["leaves a child behind", "sleep 2 & echo tok"],
  ].flatMap(([what, script]) => [
    overSse(`a token command that ${what}`, { provider: command(script!) }, ["one"]),
    overSse(`a token command that ${what}, and a 401`, { provider: command(script!), replies: refused }, ["one"]),
  ]),
  overSse("a token command that never ends", { provider: command("sleep 30", "timeout_ms = 300") }, ["one"]),
  overSse(
    "a token command that never ends, and a 401",
    { provider: command("sleep 30", "timeout_ms = 300"), replies: refused },
    ["one"],
  ),
  overSse("a token command that is not there", { provider: 'auth = { command = "no-such-program" }' }, ["one"]),
  overSse(
    "a token command that is not there, and a 401",
    { provider: 'auth = { command = "no-such-program" }', replies: refused },
    ["one"],
  ),
  overSse("a token command that is a folder, and a 401", { provider: 'auth = { command = "/" }', replies: refused }, [
    "one",
  ]),
  overSse(
    "a token command in its folder",
    {
      provider: 'auth = { command = "./bin/tok", cwd = "tools" }',
      files: { "home/tools/bin/tok": '#!/bin/sh\nbasename "$(pwd)"\n' },
      prepare: ({ home }) => chmod(path.join(home, "tools/bin/tok"), 0o755),
    },
    ["one"],
  ),
  ...overBoth("an output schema", {}, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one", { outputSchema: { type: "object", properties: {}, additionalProperties: false } });
    await drive.turn(thread, "two");
  }),
  ...["fast", "flex"].map(tier => overSse(`the service tier ${tier}`, { config: `service_tier = "${tier}"` }, ["one"])),
  ...["low", "high"].map(verbosity =>
    overSse(`the verbosity ${verbosity}`, { config: `model_verbosity = "${verbosity}"` }, ["one"]),
  ),
  ...["none", "auto", "detailed"].map(summary =>
    overSse(`the summary ${summary}`, { config: `model_reasoning_summary = "${summary}"` }, ["one"]),
  ),
  ...["minimal", "xhigh", "none"].map(effort =>
    overSse(`the effort ${effort}`, { config: `model_reasoning_effort = "${effort}"` }, ["one"]),
  ),
  ...["gpt-5", "codex-mini-latest", "my/gpt-5.2", "a/b/gpt-5.2", "unknown-model", "gpt-5.2-2030"].map(model =>
    overSse(`the model ${model}`, { model }, ["one"]),
  ),
  overSse("metadata of the client", {}, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one", { responsesapiClientMetadata: { a: "1", session_id: "mine" } });
  }),
  overSse(
    "Amazon's region that it does not have",
    {
      modelProvider: "amazon-bedrock",
      tables: '[model_providers.amazon-bedrock.aws]\nregion = "mars-1"\n',
      env: { AWS_BEARER_TOKEN_BEDROCK: "tok" },
    },
    ["one"],
  ),
  overSse(
    "Amazon's token without a region",
    { modelProvider: "amazon-bedrock", env: { AWS_BEARER_TOKEN_BEDROCK: "tok" } },
    ["one"],
  ),
  overSse(
    "OpenAI behind an address of the configuration",
    {
      modelProvider: "openai",
      env: { OPENAI_ORGANIZATION: "org-1", OPENAI_PROJECT: " " },
      files: { "home/auth.json": '{"OPENAI_API_KEY":"sk-stored"}' },
      prepare: openaiAddress,
    },
    ["one", "two"],
  ),
];
