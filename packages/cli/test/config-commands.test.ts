import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startModelServer } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { runHere } from "./support/in-process.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const file = () => readFileSync(path.join(bench.home, "config.toml"), "utf8");

describe("features", () => {
  it("lists every flag with stage and state, as flags and profile have it", async () => {
    bench.config("[profiles.p.features]\nundo = true\n");
    const plain = await bench.run(["features", "list", "--disable", "apps"]);
    expect(plain.code).toBe(0);
    const rows = plain.stdout.split("\n");
    expect(rows).toContain("apps                                stable             false");
    expect(rows).toContain("undo                                stable             false");
    expect(rows).toContain("tool_search_always_defer_mcp_tools  under development  false");
    expect(rows.slice(0, -1)).toEqual(rows.slice(0, -1).sort());
    const profiled = await runHere(bench, ["-p", "p", "features", "list"]);
    expect(profiled.stdout).toContain("undo                                stable             true\n");
  });

  it("V27: are switched in the file", async () => {
    bench.config("[features]\nundo = true # mine\n");
    const on = await runHere(bench, ["features", "enable", "code_mode"]);
    expect([on.code, on.stdout]).toEqual([0, "Enabled feature `code_mode` in config.toml.\n"]);
    expect(on.stderr).toBe(
      `Under-development features enabled: code_mode. Under-development features are incomplete and may behave unpredictably. To suppress this warning, set \`suppress_unstable_features_warning = true\` in ${bench.home}/config.toml.\n`,
    );
    expect((await runHere(bench, ["features", "disable", "undo"])).stdout).toBe(
      "Disabled feature `undo` in config.toml.\n",
    );
    await runHere(bench, ["features", "disable", "shell_tool"]);
    await runHere(bench, ["-p", "x", "features", "enable", "collab"]);
    // An older name is not looked up.
    expect((await runHere(bench, ["-p", "x", "features", "enable", "telepathy"])).stderr).toBe("");
    expect((await runHere(bench, ["features", "enable", "telepathy"])).stderr).toBe("");
    await runHere(bench, ["features", "disable", "telepathy"]);
    expect(file()).toBe(
      "[features]\ncode_mode = true\nshell_tool = false\ntelepathy = false\n\n[profiles.x.features]\ncollab = true\ntelepathy = true\n",
    );
  });

  it("refuse what is unknown, and a broken file", async () => {
    expect(await runHere(bench, ["features", "enable", "zz"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Error: Unknown feature flag: zz\n",
    });
    expect(await runHere(bench, ["features", "list", "-p", "x"])).toMatchObject({ code: 2 });
    expect(await runHere(bench, ["-p", "nope", "features", "list"])).toMatchObject({
      code: 1,
      stderr: "Error: config profile `nope` not found\n",
    });
    bench.config("x = ");
    const broken = await runHere(bench, ["features", "enable", "undo"]);
    expect([broken.code, broken.stderr.split("\n").slice(0, 4)]).toEqual([
      1,
      ["Error: TOML parse error at line 1, column 5", "  |", "1 | x = ", "  |     ^"],
    ]);
    expect(file()).toBe("x = ");
    expect(await runHere(bench, ["features"])).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("mcp", () => {
  it("V18: adds, lists, shows and removes servers", async () => {
    bench.config('# kept\nmodel = "m"\n');
    const args = ["mcp", "add", "foo", "--env", "B=2", "--env", "A=1", "--", "node", "srv.js", "--x"];
    expect(await bench.run(args)).toMatchObject({ code: 0, stdout: "Added global MCP server 'foo'.\n", stderr: "" });
    expect(file()).toBe(
      '# kept\nmodel = "m"\n\n[mcp_servers.foo]\ncommand = "node"\nargs = ["srv.js", "--x"]\n\n[mcp_servers.foo.env]\nA = "1"\nB = "2"\n',
    );
    expect((await runHere(bench, ["mcp", "list"])).stdout).toBe(
      "Name  Command  Args        Env               Cwd  Status   Auth       \n" +
        "foo   node     srv.js --x  A=*****, B=*****  -    enabled  Unsupported\n",
    );
    const [listed] = JSON.parse((await runHere(bench, ["mcp", "list", "--json"])).stdout);
    expect(listed).toEqual({
      name: "foo",
      enabled: true,
      disabled_reason: null,
      transport: {
        type: "stdio",
        command: "node",
        args: ["srv.js", "--x"],
        env: { A: "1", B: "2" },
        env_vars: [],
        cwd: null,
      },
      startup_timeout_sec: null,
      tool_timeout_sec: null,
      auth_status: "unsupported",
    });
    const shown = await runHere(bench, ["mcp", "get", "foo", "--json"]);
    expect(JSON.parse(shown.stdout)).toMatchObject({ name: "foo", enabled_tools: null, disabled_tools: null });
    expect((await runHere(bench, ["mcp", "get", "foo"])).stdout).toBe(
      "foo\n  enabled: true\n  transport: stdio\n  command: node\n  args: srv.js --x\n  cwd: -\n  env: A=*****, B=*****\n  remove: codex mcp remove foo\n",
    );
    expect((await runHere(bench, ["mcp", "remove", "foo"])).stdout).toBe("Removed global MCP server 'foo'.\n");
    const before = file();
    expect(await runHere(bench, ["mcp", "remove", "foo"])).toMatchObject({
      code: 0,
      stdout: "No MCP server named 'foo' found.\n",
    });
    expect(file()).toBe(before);
    expect((await runHere(bench, ["mcp", "list"])).stdout).toBe(
      "No MCP servers configured yet. Try `codex mcp add my-tool -- my-command`.\n",
    );
  });

  it("knows servers that are called over HTTP", async () => {
    const added = await runHere(bench, [
      "mcp",
      "add",
      "u",
      "--url",
      "http://127.0.0.1:9/",
      "--bearer-token-env-var",
      "TOK",
    ]);
    expect([added.code, added.stdout]).toEqual([0, "Added global MCP server 'u'.\n"]);
    expect((await runHere(bench, ["mcp", "list"])).stdout).toBe(
      "Name  Url                  Bearer Token Env Var  Status   Auth        \n" +
        "u     http://127.0.0.1:9/  TOK                   enabled  Bearer token\n",
    );
    expect((await runHere(bench, ["mcp", "get", "u"])).stdout).toBe(
      "u\n  enabled: true\n  transport: streamable_http\n  url: http://127.0.0.1:9/\n  bearer_token_env_var: TOK\n  http_headers: -\n  env_http_headers: -\n  remove: codex mcp remove u\n",
    );
  });

  it("takes everything behind the name as the command, also flags", async () => {
    const added = await runHere(bench, ["mcp", "add", "--env", "A=1", "x", "npx", "-y", "--", "pkg", "--url", "u"]);
    expect([added.code, added.stdout]).toEqual([0, "Added global MCP server 'x'.\n"]);
    expect(readFileSync(path.join(bench.home, "config.toml"), "utf8")).toContain(
      'command = "npx"\nargs = ["-y", "--", "pkg", "--url", "u"]\n',
    );
  });

  it("says that it does not know about a login, for an address that is none", async () => {
    expect((await runHere(bench, ["mcp", "add", "x", "--url", "nonsense"])).stdout).toBe(
      "Added global MCP server 'x'.\nMCP server may or may not require login. Run `codex mcp login x` to login.\n",
    );
  });

  it("writes times with a fraction", async () => {
    bench.config('[mcp_servers.x]\ncommand = "c"\ntool_timeout_sec = 2\nstartup_timeout_ms = 1500\n');
    expect((await runHere(bench, ["mcp", "get", "x", "--json"])).stdout).toContain(
      '"startup_timeout_sec": 1.5,\n  "tool_timeout_sec": 2.0\n',
    );
    expect((await runHere(bench, ["mcp", "list", "--json"])).stdout).toContain('"tool_timeout_sec": 2.0,\n');
  });

  it("tells what is wrong with a server as a chain of causes", async () => {
    bench.config("[mcp_servers.x]\ncommand = 1\n");
    const file = path.join(bench.home, "config.toml");
    const why = "invalid type: integer `1`, expected a string";
    expect((await runHere(bench, ["mcp", "list"])).stderr).toBe(
      `Error: failed to load configuration\n\nCaused by:\n    0: ${file}:2:11: ${why}\n    1: ${why}\n       in \`mcp_servers.x.command\`\n`,
    );
    expect((await runHere(bench, ["mcp", "remove", "x"])).stderr).toContain(
      `Error: failed to load MCP servers from ${bench.home}\n\nCaused by:\n`,
    );
  });

  it.each([
    ["a bad name", ["add", "a b", "--", "c"], 1, "Error: invalid server name 'a b' (use letters, numbers, '-', '_')\n"],
    ["no transport", ["add", "x"], 2, "error: the following required arguments were not provided"],
    ["two transports", ["add", "x", "--url", "http://h", "--", "c"], 2, "error: the argument '--url <URL>' cannot"],
    ["a bad entry", ["add", "x", "--env", "=1", "--", "c"], 2, "environment entries must be in KEY=VALUE form"],
    ["no equals sign", ["add", "x", "--env", "A", "--", "c"], 2, "environment entries must be in KEY=VALUE form"],
    ["a token without URL", ["add", "x", "--bearer-token-env-var", "T", "--", "c"], 2, "--url"],
    ["an unknown name", ["get", "zz"], 1, "Error: No MCP server named 'zz' found.\n"],
    ["settings that do not load", ["list", "-c", "model=1"], 1, "Error: failed to load configuration\n\nCaused by:\n"],
    ["a login to nobody", ["login", "zz"], 1, "Error: No MCP server named 'zz' found.\n"],
    ["a logout from nobody", ["logout", "zz"], 1, "Error: No MCP server named 'zz' found in configuration.\n"],
  ])("refuses %s", async (_name, args, code, text) => {
    const result = await runHere(bench, ["mcp", ...args]);
    expect([result.code, result.stdout]).toEqual([code, ""]);
    expect(result.stderr).toContain(text);
    expect(existsSync(path.join(bench.home, "config.toml"))).toBe(false);
  });
});

describe("config explain", () => {
  it("names value, layer, file and line, and what is overridden", async () => {
    bench.config('model = "a"\n');
    const text = await runHere(bench, ["config", "explain", "model", "-c", "model=b"]);
    expect([text.code, text.stdout]).toEqual([0, expect.stringContaining('model = "b"\n')]);
    expect(text.stdout).toContain(`overrides: "a" from user config: ${bench.home}/config.toml:1\n`);
    const json = JSON.parse((await runHere(bench, ["config", "explain", "model", "--json"])).stdout);
    expect(json).toMatchObject({
      key: "model",
      value: "a",
      decidedBy: { file: `${bench.home}/config.toml`, range: { start: { line: 1 } } },
    });
  });

  it("knows what is no setting", async () => {
    expect(await runHere(bench, ["config", "explain", "tui.them"])).toMatchObject({
      code: 1,
      stdout: "`tui.them` is not a setting. Did you mean `tui.theme`?\n",
    });
  });
});

describe("login with an API key", () => {
  const auth = () => path.join(bench.home, "auth.json");

  it("V19: stores the key for its owner alone, shows its ends, and forgets it", async () => {
    const key = "sk-proj-1234567890ABCDE";
    expect(await runHere(bench, ["login", "status"])).toMatchObject({ code: 1, stdout: "", stderr: "Not logged in\n" });
    expect(await bench.run(["login", "--with-api-key"], { stdin: ` ${key}\n` })).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "Reading API key from stdin...\nSuccessfully logged in\n",
    });
    expect(JSON.parse(readFileSync(auth(), "utf8"))).toEqual({ auth_mode: "apikey", OPENAI_API_KEY: key });
    expect(statSync(auth()).mode & 0o777).toBe(0o600);
    const log = path.join(bench.home, "log/codex-login.log");
    expect(statSync(log).mode & 0o777).toBe(0o600);
    expect(readFileSync(log, "utf8")).not.toContain(key);
    expect(await runHere(bench, ["login", "status"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "Logged in using an API key - sk-proj-***ABCDE\n",
    });
    expect(await runHere(bench, ["logout"])).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "Successfully logged out\n",
    });
    expect(existsSync(auth())).toBe(false);
    expect(await runHere(bench, ["logout"])).toMatchObject({ code: 0, stderr: "Not logged in\n" });
  });

  it.each([
    [
      "without a key",
      ["login", "--with-api-key"],
      "",
      "Reading API key from stdin...\nNo API key provided via stdin.\n",
    ],
    [
      "by flag",
      ["login", "--api-key", "x"],
      "",
      "The --api-key flag is no longer supported. Pipe the key instead, e.g. `printenv OPENAI_API_KEY | codex login --with-api-key`.\n",
    ],
    [
      "by a flag without one",
      ["login", "--api-key"],
      "",
      "The --api-key flag is no longer supported. Pipe the key instead, e.g. `printenv OPENAI_API_KEY | codex login --with-api-key`.\n",
    ],
    [
      "where ChatGPT is required",
      ["login", "--with-api-key", "-c", "forced_login_method=chatgpt"],
      "sk-x",
      "Reading API key from stdin...\nAPI key login is disabled. Use ChatGPT login instead.\n",
    ],
    [
      "with ChatGPT where keys are required",
      ["login", "-c", "forced_login_method=api"],
      "",
      "ChatGPT login is disabled. Use API key login instead.\n",
    ],
    [
      "with settings that do not load",
      ["login", "status", "-c", "model=1"],
      "",
      "Error loading configuration: invalid type: integer `1`, expected a string\nin `model`\n",
    ],
    [
      "with a broken override",
      ["login", "status", "-c", "nn"],
      "",
      "Error parsing -c overrides: Invalid override (missing '='): nn\n",
    ],
  ])("is refused %s", async (_name, args, stdin, stderr) => {
    expect(await runHere(bench, args, { stdin })).toMatchObject({ code: 1, stdout: "", stderr });
    expect(existsSync(auth())).toBe(false);
  });

  it("does not take a key of the environment for a login", async () => {
    const result = await runHere(bench, ["login", "status"], { env: { OPENAI_API_KEY: "sk-env" } });
    expect(result).toMatchObject({ code: 1, stderr: "Not logged in\n" });
  });
});

describe("login with ChatGPT", () => {
  const jwt = (claims: object) =>
    ['{"alg":"RS256"}', JSON.stringify(claims), "x"].map(part => Buffer.from(part).toString("base64url")).join(".");

  it("with a device code stores tokens, and a log-out revokes them", async () => {
    let url = "";
    const issuer = await startModelServer({
      routes: {
        "POST /api/accounts/deviceauth/usercode": {
          body: { device_auth_id: "D", user_code: "ABCD-1234", interval: "0.01" },
        },
        "POST /api/accounts/deviceauth/token": [
          { status: 403 },
          { body: { authorization_code: "c", code_challenge: "x", code_verifier: "v".repeat(43) } },
        ],
        "POST /oauth/token": () => ({
          body: {
            token_type: "bearer",
            access_token: "secret-access",
            refresh_token: "secret-refresh",
            id_token: jwt({
              iss: url,
              aud: "app_EMoamEEZ73f0CkXaXp7hrann",
              sub: "u",
              iat: Math.floor(Date.now() / 1000),
              exp: Math.floor(Date.now() / 1000) + 600,
              email: "a@b.c",
              "https://api.openai.com/auth": { chatgpt_account_id: "acc", chatgpt_plan_type: "pro" },
            }),
          },
        }),
        "POST /oauth/revoke": {},
      },
    });
    url = issuer.url;
    try {
      const login = await runHere(bench, ["login", "--device-auth", "--experimental-issuer", url]);
      expect(login.stderr).toContain("ABCD-1234");
      expect(login.stderr).toContain(`${url}/codex/device`);
      expect(login.stderr).toMatch(/Successfully logged in\n$/);
      expect([login.code, login.stdout]).toEqual([0, ""]);
      expect((await runHere(bench, ["login", "status"])).stderr).toBe("Logged in using ChatGPT\n");
      const logout = await runHere(bench, ["logout"], {
        env: { CODEX_REVOKE_TOKEN_URL_OVERRIDE: `${url}/oauth/revoke` },
      });
      expect(logout).toMatchObject({ code: 0, stderr: "Successfully logged out\n" });
      expect(JSON.parse(issuer.log.at(-1)?.bodyText ?? "{}")).toEqual({
        token: "secret-refresh",
        token_type_hint: "refresh_token",
        client_id: "app_EMoamEEZ73f0CkXaXp7hrann",
      });
      for (const text of [login.stderr, readFileSync(path.join(bench.home, "log/codex-login.log"), "utf8")]) {
        expect(text).not.toContain("secret-");
      }
    } finally {
      await issuer.close();
    }
  });

  it("says what is stored badly without quoting it", async () => {
    writeFileSync(path.join(bench.home, "auth.json"), '{"OPENAI_API_KEY": sk-secret');
    const result = await runHere(bench, ["login", "status"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain("auth.json is not valid JSON");
    expect(result.stderr).not.toContain("sk-secret");
  });
});

describe("a run", () => {
  it("ends a login that the settings do not allow, before the model is asked", async () => {
    const server = await bench.model(["hi"], 'forced_login_method = "chatgpt"\n');
    writeFileSync(path.join(bench.home, "auth.json"), '{"OPENAI_API_KEY":"sk-x"}');
    expect(await bench.exec(["hello"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "ChatGPT login is required, but an API key is currently being used. Logging out.\n",
    });
    expect(existsSync(path.join(bench.home, "auth.json"))).toBe(false);
    expect(server.requests).toEqual([]);
  });

  it("warns about keys that nothing reads", async () => {
    await bench.model(["hi"], '[tui]\nthem = "x"\n');
    const human = await bench.exec(["hello"]);
    expect(human.stderr).toContain("warning: Unknown key `tui.them`");
    expect(human.stderr).toContain("Did you mean `tui.theme`?");
    expect(human.code).toBe(0);
  });
});
