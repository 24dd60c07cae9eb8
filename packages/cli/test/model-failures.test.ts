import type { Reply } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, events } from "./support/cli.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

const provider = (url: string, more = ""): string =>
  `model = "gpt-5.2"\nmodel_provider = "p"\n[model_providers.p]\nname = "p"\nbase_url = "${url}"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\n${more}\n`;

describe("a model that cannot be reached", () => {
  it("is told with the address and what to do when nothing listens", async () => {
    bench.config(provider("http://127.0.0.1:9/v1"));
    const result = await bench.exec(["hi"]);
    expect(result.code).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr).toMatch(/ERROR: .*http:\/\/127\.0\.0\.1:9\/v1\/responses/);
    expect(result.stderr).toMatch(/^hint: Nothing listens at http:\/\/127\.0\.0\.1:9\. /m);
  });

  it("is told when the key's variable is missing, and how to set it", async () => {
    bench.config(provider("http://127.0.0.1:9/v1", 'env_key = "SOME_KEY"'));
    const result = await bench.exec(["hi"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/ERROR: Missing environment variable: `SOME_KEY`/);
    expect(result.stderr).toMatch(/^hint: Set SOME_KEY to your key/m);
  });

  it("is told for a 401 without credentials, and no key is ever shown", async () => {
    const server = await bench.model([]);
    bench.config(provider(server.baseUrl, 'env_key = "SOME_KEY"'));
    const secret = "sk-planted-secret-value";
    await bench.server?.close();
    bench.server = await (await import("@codex-ts-tools/model-server")).startModelServer([
      { status: 401, body: { error: { message: `bad key ${secret}` } } },
    ]);
    bench.config(provider(bench.server.baseUrl, 'env_key = "SOME_KEY"'));
    const result = await bench.exec(["--json", "hi"], { env: { SOME_KEY: secret } });
    expect(result.code).toBe(1);
    expect(events(result).at(-1)?.type).toBe("turn.failed");
    expect(result.stdout + result.stderr).not.toContain(secret);
  });

  const faults: [string, object, RegExp][] = [
    ["429", { status: 429, body: { error: { message: "x" } } }, /429 Too Many Requests/],
    ["503", { status: 503, body: "down" }, /503 Service Unavailable/],
    ["a cut stream", { items: ["part"], disconnectAfter: 2 }, /stream disconnected before completion/],
    ["malformed events", { events: ["{not json", "also not"] }, /stream disconnected before completion/],
  ];
  for (const [what, reply, text] of faults) {
    it(`ends with exit code 1 and one clear line for ${what}`, async () => {
      await bench.model([reply, reply]);
      const result = await bench.exec(["hi"]);
      expect(result.code).toBe(1);
      expect(result.stderr).toMatch(text);
    });
  }

  it("is tried again, and the run goes on when it answers", async () => {
    await bench.model([{ status: 500, body: "down" }, "back again"]);
    const result = await bench.exec(["hi"]);
    expect(result.code).toBe(0);
    expect(result.stdout).toBe("back again\n");
    expect(result.stderr).toMatch(/ERROR: Reconnecting\.\.\. 1\/1/);
  });
});

/** Spec core.md 20, V6 to V12: what the model server does, the errors that `exec --json` tells, requests and exit code. */
const vectors: [string, (Reply | string)[], string[], number, number][] = [
  [
    "V6: a stream that ends early",
    [{ text: "part", disconnectAfter: 2 }, "ok"],
    ["Reconnecting... 1/1 (stream disconnected before completion: stream closed before response.completed)"],
    2,
    0,
  ],
  [
    "V7: a prompt that is too long",
    [{ failed: { code: "context_length_exceeded", message: "x" } }],
    [
      "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
    ],
    1,
    1,
  ],
  [
    "V8: an exhausted quota",
    [{ failed: { code: "insufficient_quota" } }],
    ["Quota exceeded. Check your plan and billing details."],
    1,
    1,
  ],
  [
    "V9: a server error",
    [{ status: 500, body: "x" }, "ok"],
    ["Reconnecting... 1/1 (We're currently experiencing high demand, which may cause temporary errors.)"],
    2,
    0,
  ],
  ["V10: a bad request", [{ status: 400, body: '{"error":{"message":"bad"}}' }], ['{"error":{"message":"bad"}}'], 1, 1],
  [
    "V11: too many requests",
    [{ status: 429, body: '{"error":{"message":"x"}}' }],
    ["exceeded retry limit, last status: 429 Too Many Requests"],
    1,
    1,
  ],
  [
    "V12: an incomplete response",
    [{ incomplete: { reason: "max_output_tokens" } }, "ok"],
    [
      "Reconnecting... 1/1 (stream disconnected before completion: Incomplete response returned, reason: max_output_tokens)",
    ],
    2,
    0,
  ],
];

describe("the known-good vectors of failures, told by exec --json", () => {
  it.each(vectors)("%s", async (_name, replies, expected, requests, code) => {
    const server = await bench.model(replies);
    const result = await bench.exec(["--json", "hi"]);
    expect(events(result).flatMap(event => (event.type === "error" ? [event["message"]] : []))).toEqual(expected);
    expect([server.requests.length, result.code]).toEqual([requests, code]);
  });
});

describe("tool calls that cannot be carried out", () => {
  it("are answered to the model, and the run goes on", async () => {
    const server = await bench.model([
      {
        items: [
          { type: "function_call", name: "exec_command", arguments: "{not json", call_id: "a" },
          { type: "function_call", name: "no_such_tool", arguments: "{}", call_id: "b" },
          {
            type: "custom_tool_call",
            name: "apply_patch",
            input: "*** Begin Patch\n*** Update File: missing.txt\n@@\n-a\n+b\n*** End Patch\n",
            call_id: "c",
          },
        ],
      },
      "went on",
    ]);
    const result = await bench.exec(["-s", "danger-full-access", "hi"]);
    expect([result.code, result.stdout]).toEqual([0, "went on\n"]);
    const answers = server.requests[1];
    expect(answers?.output("a")).toMatch(/^failed to parse function arguments: /);
    expect(answers?.output("b")).toBe("unsupported call: no_such_tool");
    expect(answers?.output("c")).toMatch(/missing\.txt/);
  });

  it("may print 100 MB without harm", async () => {
    const cmd = "head -c 100000000 /dev/zero | tr '\\0' x";
    const server = await bench.model([
      {
        items: [
          { type: "function_call", name: "exec_command", arguments: { cmd, yield_time_ms: 30_000 }, call_id: "c" },
        ],
      },
      "done",
    ]);
    const result = await bench.exec(["-s", "danger-full-access", "hi"]);
    expect([result.code, result.stdout]).toEqual([0, "done\n"]);
    expect(result.stderr.length).toBeLessThan(10_000);
    expect(server.requests[1]?.output("c")?.length).toBeLessThan(100_000);
  });
});

describe("--oss", () => {
  it("says which server is missing and how to start it", async () => {
    bench.config("");
    const result = await bench.exec(["--oss", "--local-provider", "ollama", "hi"], { env: { CODEX_OSS_PORT: "9" } });
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/No running Ollama server at http:\/\/localhost:9\. .*ollama serve/);
  });

  it("asks for a provider when none is known", async () => {
    bench.config("");
    const result = await bench.exec(["--oss", "hi"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("No default OSS provider configured. Use --local-provider=provider");
  });

  it("runs on a local server that has the model", async () => {
    const { startModelServer } = await import("@codex-ts-tools/model-server");
    bench.server = await startModelServer({
      replies: ["from the local model"],
      routes: {
        "GET /api/tags": { status: 200, body: { models: [{ name: "gpt-oss:20b" }] } },
        "GET /api/version": { status: 200, body: { version: "0.20.0" } },
      },
    });
    bench.config("");
    const result = await bench.exec(["--oss", "--local-provider", "ollama", "hi"], {
      env: { CODEX_OSS_BASE_URL: bench.server.baseUrl },
    });
    expect(result.stderr).toContain("provider: ollama\n");
    expect([result.code, result.stdout]).toEqual([0, "from the local model\n"]);
    expect(bench.server.requests[0]?.model).toBe("gpt-oss:20b");
  });
});
