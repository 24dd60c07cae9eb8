import { describe, expect, it } from "vitest";
import {
  baseUrlOf,
  builtInProviders,
  checkBedrockRegion,
  chooseOssProvider,
  defineProvider,
  isAzure,
  type ProviderConfig,
  ProviderError,
  resolveOpenAiBaseUrl,
  selectProvider,
  validateProviders,
} from "../src/index.ts";

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof ProviderError) return error.message;
    throw error;
  }
  return "";
};

describe("the providers of config.toml", () => {
  const table: [why: string, providers: Record<string, ProviderConfig>, text: string][] = [
    ["a good provider passes", { p: { name: "P" } }, ""],
    [
      "reserved ids come first, sorted",
      { openai: {}, lmstudio: {}, p: {} },
      "model_providers contains reserved built-in provider IDs: `lmstudio`, `openai`. Built-in providers cannot be overridden. Rename your custom provider (for example, `openai-custom`).",
    ],
    [
      "aws is for Bedrock only",
      { p: { name: "P", aws: {} } },
      "model_providers.p: provider aws is only supported for `amazon-bedrock`",
    ],
    ["a name is needed", { p: { name: " " } }, "model_providers.p: provider name must not be empty"],
    [
      "a token command needs a program",
      { p: { name: "P", auth: { command: " " } } },
      "model_providers.p: provider auth.command must not be empty",
    ],
    [
      "a token command excludes other credentials",
      {
        p: {
          name: "P",
          auth: { command: "c" },
          requires_openai_auth: true,
          env_key: "K",
          experimental_bearer_token: "t",
        },
      },
      "model_providers.p: provider auth cannot be combined with env_key, experimental_bearer_token, requires_openai_auth",
    ],
    ["no interval is a valid interval", { p: { name: "P", auth: { command: "c", refresh_interval_ms: 0 } } }, ""],
    ["Bedrock may name its region", { "amazon-bedrock": { aws: { region: "us-east-1" } } }, ""],
    [
      "Bedrock may change nothing else",
      { "amazon-bedrock": { base_url: "http://x" } },
      "model_providers.amazon-bedrock only supports changing `aws.profile` and `aws.region`; other non-default provider fields are not supported",
    ],
  ];
  it.each(table)("%s", (_why, providers, text) => {
    expect(messageOf(() => validateProviders(providers))).toBe(text);
  });

  it("that speak the removed wire are told how to change it", () => {
    expect(messageOf(() => validateProviders({ p: { name: "P", wire_api: "chat" } }))).toBe(
      '`wire_api = "chat"` is no longer supported.\nHow to fix: set `wire_api = "responses"` in your provider config.\nMore info: https://github.com/openai/codex/discussions/7782',
    );
  });

  it("that do not exist are named", () => {
    expect(messageOf(() => selectProvider("x", {}))).toBe("Model provider `x` not found");
    expect(messageOf(() => selectProvider("constructor", {}))).toBe("Model provider `constructor` not found");
    expect(messageOf(() => selectProvider("ollama-chat", {}))).toContain("replace `ollama-chat` with `ollama`");
  });

  it("have capped retries and resolved folders", () => {
    const config = { name: "P", request_max_retries: 1000, auth: { command: "./t", cwd: "sub" } };
    expect(defineProvider("p", config, "/conf")).toMatchObject({
      requestMaxRetries: 100,
      streamMaxRetries: 5,
      streamIdleTimeoutMs: 300_000,
      websocketConnectTimeoutMs: 15_000,
      auth: { command: "./t", args: [], timeoutMs: 5000, refreshIntervalMs: 300_000, cwd: "/conf/sub" },
    });
  });
});

describe("the built-in providers", () => {
  const options = { version: "1.2.3", env: {} };

  it("are four", () => {
    const providers = builtInProviders(options);
    expect(Object.keys(providers)).toEqual(["openai", "amazon-bedrock", "ollama", "lmstudio"]);
    expect(providers.openai).toMatchObject({ name: "OpenAI", baseUrl: null, httpHeaders: { version: "1.2.3" } });
    expect(providers.ollama?.baseUrl).toBe("http://localhost:11434/v1");
    expect(providers.lmstudio?.baseUrl).toBe("http://localhost:1234/v1");
  });

  it("take the local address from the environment", () => {
    const at = (env: Record<string, string>) => builtInProviders({ version: "1", env }).ollama?.baseUrl;
    expect(at({ CODEX_OSS_PORT: "99" })).toBe("http://localhost:99/v1");
    expect(at({ CODEX_OSS_PORT: "x" })).toBe("http://localhost:11434/v1");
    expect(at({ CODEX_OSS_PORT: "99", CODEX_OSS_BASE_URL: "http://h/v1" })).toBe("http://h/v1");
  });

  it("talk to the address of the login", () => {
    const { openai } = builtInProviders(options);
    expect(openai && [baseUrlOf(openai, "apiKey"), baseUrlOf(openai, "none"), baseUrlOf(openai, "chatgpt")]).toEqual([
      "https://api.openai.com/v1",
      "https://api.openai.com/v1",
      "https://chatgpt.com/backend-api/codex",
    ]);
    const own = { id: "p", aws: null, baseUrl: "http://h/v1//" };
    expect(baseUrlOf(own, "none")).toBe("http://h/v1");
    const bedrock = { id: "amazon-bedrock", aws: { profile: null, region: "eu-west-1" }, baseUrl: null };
    expect(baseUrlOf(bedrock, "none")).toBe("https://bedrock-mantle.eu-west-1.api.aws/v1");
  });

  it("know their regions", () => {
    expect(messageOf(() => checkBedrockRegion("mars-1"))).toBe(
      "Amazon Bedrock Mantle does not support region `mars-1`",
    );
    expect(messageOf(() => checkBedrockRegion("eu-north-1"))).toBe("");
  });
});

describe("OPENAI_BASE_URL", () => {
  it("is a deprecated fallback of the config key", () => {
    const env = { OPENAI_BASE_URL: "http://env" };
    expect(resolveOpenAiBaseUrl("http://key", env)).toEqual({ baseUrl: "http://key" });
    expect(resolveOpenAiBaseUrl("", env)).toEqual({
      baseUrl: "http://env",
      warning: expect.stringContaining("openai_base_url"),
    });
    expect(resolveOpenAiBaseUrl(null, env, false)).toEqual({});
    expect(resolveOpenAiBaseUrl(null, { OPENAI_BASE_URL: " " })).toEqual({});
  });
});

describe("--oss", () => {
  it("takes the flag, then the profile, then the top level", () => {
    expect(chooseOssProvider("ollama", "lmstudio")).toBe("ollama");
    expect(chooseOssProvider(undefined, "lmstudio", "ollama")).toBe("lmstudio");
    expect(chooseOssProvider()).toBeNull();
    expect(messageOf(() => chooseOssProvider("x"))).toBe("Invalid OSS provider 'x'. Must be one of: lmstudio, ollama");
  });
});

describe("Azure", () => {
  it.each([
    [{ name: "Azure", baseUrl: null }, true],
    [{ name: "x", baseUrl: "https://a.openai.azure.com/openai" }, true],
    [{ name: "x", baseUrl: "https://a.COGNITIVESERVICES.azure.cn" }, true],
    [{ name: "x", baseUrl: "https://h.windows.net/openai/v1" }, true],
    [{ name: "azure-like", baseUrl: "https://example.com" }, false],
  ])("is recognised by name or address: %j", (provider, yes) => {
    expect(isAzure(provider)).toBe(yes);
  });
});
