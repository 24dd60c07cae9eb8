import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { createModelClient, defineProvider, noAuth } from "../src/index.ts";
import { signAws } from "../src/auth/sigv4.ts";
import { collect, promptFor } from "./support/run.ts";

/** The keys and the moment of Amazon's published test suite. */
const keys = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: null,
};
const scope = { region: "us-east-1", service: "service", now: Date.UTC(2015, 7, 30, 12, 36) };

describe("an AWS signature", () => {
  it.each([
    ["GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"],
    ["POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"],
    [
      "GET",
      "https://example.amazonaws.com/?Param2=value2&Param1=value1",
      "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
    ],
  ])("is that of Amazon's test suite: %s %s", (method, url, signature) => {
    const signed = signAws({ method, url, headers: {}, body: "" }, keys, scope);
    expect(signed["authorization"]).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
    );
    expect(signed["x-amz-date"]).toBe("20150830T123600Z");
  });

  it("covers body, content type and session token, and nothing that may change on the way", () => {
    const sign = (body: string, headers: Record<string, string> = {}) =>
      signAws(
        {
          method: "POST",
          url: "https://h/v1/responses",
          headers: { "content-type": "application/json", ...headers },
          body,
        },
        { ...keys, sessionToken: "session" },
        scope,
      );
    const signed = sign("{}");
    expect(signed["x-amz-security-token"]).toBe("session");
    expect(signed["authorization"]).toContain("SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,");
    expect(sign("{}", { "user-agent": "ua" })["authorization"]).toBe(signed["authorization"]);
    expect(sign("{ }")["authorization"]).not.toBe(signed["authorization"]);
  });
});

describe("a request to Amazon", () => {
  /** Sends one request and gives what was sent; nothing leaves the process. */
  async function sent(env: Record<string, string>, aws = {}) {
    const seen: { url: string; headers: Record<string, string> }[] = [];
    const client = createModelClient({
      provider: defineProvider("amazon-bedrock", { name: "Amazon Bedrock", aws, request_max_retries: 0 }, "/"),
      auth: noAuth,
      env,
      originator: "o",
      userAgent: "ua",
      fetch: async (url, init) => {
        seen.push({ url, headers: init?.headers ?? {} });
        throw new Error("no network");
      },
    });
    const prompt = promptFor(client);
    const failure = await collect(client.stream({ ...prompt, headers: { session_id: "thread" } })).catch(
      (error: Error) => error,
    );
    return { seen, failure: failure as Error };
  }

  it("is signed with the keys of the environment, without the header that proxies drop", async () => {
    const { seen, failure } = await sent({ AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "planted-secret" });
    expect(seen[0]?.url).toBe("https://bedrock-mantle.us-east-1.api.aws/v1/responses");
    expect(seen[0]?.headers["authorization"]).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/us-east-1\/bedrock-mantle\/aws4_request, /,
    );
    expect(seen[0]?.headers).not.toHaveProperty("session_id");
    expect(JSON.stringify(seen) + String(failure.stack)).not.toContain("planted-secret");
  });

  it("is signed with the keys of a named profile, which comes before the environment", async () => {
    const home = mkdtempSync(path.join(tmpdir(), "codex-ts-aws-"));
    const file = path.join(home, "credentials");
    writeFileSync(
      file,
      "[default]\naws_access_key_id = D\naws_secret_access_key = d\n\n[work]\naws_access_key_id = W\naws_secret_access_key = w\naws_session_token = t\n",
    );
    const env = { AWS_SHARED_CREDENTIALS_FILE: file };
    const named = await sent(
      { ...env, AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "s" },
      { profile: "work", region: "eu-west-1" },
    );
    expect(named.seen[0]?.headers["authorization"]).toContain("Credential=W/");
    expect(named.seen[0]?.headers["authorization"]).toContain("/eu-west-1/bedrock-mantle/");
    expect(named.seen[0]?.headers["x-amz-security-token"]).toBe("t");
    expect((await sent(env)).seen[0]?.headers["authorization"]).toContain("Credential=D/");
    expect((await sent({ ...env, AWS_PROFILE: "work" })).seen[0]?.headers["authorization"]).toContain("Credential=W/");
    const missing = await sent(env, { profile: "none" });
    expect([missing.seen.length, missing.failure.message]).toEqual([
      0,
      "Fatal error: Amazon Bedrock needs a bearer token or AWS keys, and there are none.",
    ]);
    rmSync(home, { recursive: true });
  });
});
