import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  allowedPrefixes,
  amend,
  amendmentFile,
  amendNetwork,
  amendPrefix,
  networkAmendment,
  networkRuleLine,
  parsePolicy,
  Policy,
  prefixRuleLine,
  renderAllowedPrefixes,
  textToAppend,
} from "../src/index.ts";
import { appendRuleLine } from "../src/node.ts";

const lookup = { cwd: "/work" };

describe("lines of amendments", () => {
  it("are Starlark for a prefix", () => {
    expect(prefixRuleLine(["git", "push"])).toBe('prefix_rule(pattern=["git", "push"], decision="allow")');
    expect(prefixRuleLine(["qecho", "Hello, world!"])).toBe(
      'prefix_rule(pattern=["qecho", "Hello, world!"], decision="allow")',
    );
    expect(() => prefixRuleLine([])).toThrow("prefix rule requires at least one token");
  });

  it("are Starlark for a network rule, with the host in its normal form", () => {
    const rule = { host: "Api.GitHub.com", protocol: "https", decision: "allow" } as const;
    expect(networkRuleLine({ ...rule, justification: "Allow https_connect access to api.github.com" })).toBe(
      'network_rule(host="api.github.com", protocol="https", decision="allow", justification="Allow https_connect access to api.github.com")',
    );
    expect(networkRuleLine({ ...rule, decision: "forbidden" })).toBe(
      'network_rule(host="api.github.com", protocol="https", decision="deny")',
    );
    expect(networkRuleLine({ ...rule, decision: "prompt" })).toContain('decision="prompt"');
    expect(() => networkRuleLine({ ...rule, host: "*.example.com" })).toThrow(
      "invalid network rule: invalid rule: network_rule host must be a specific host; wildcards are not allowed",
    );
    expect(() => networkRuleLine({ ...rule, justification: " " })).toThrow("justification cannot be empty");
  });

  it("read back as the same words, whatever they hold", () => {
    const word = fc.string({
      unit: fc.oneof(
        fc.constantFrom('"', "\\", "\n", "\r", "\t", "\b", "\f", "é", "\u{1f600}", "{"),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), words => {
        const policy = parsePolicy([{ path: "p.rules", text: `${prefixRuleLine(words)}\n` }]);
        expect(policy.match(words)).toHaveLength(1);
        expect(policy.rules[0]?.first).toBe(words[0]);
      }),
      { numRuns: 500 },
    );
  });

  it("are appended once, behind a newline where one is missing", () => {
    expect(textToAppend("", "x")).toBe("x\n");
    expect(textToAppend("a", "x")).toBe("\nx\n");
    expect(textToAppend("a\n", "x")).toBe("x\n");
    expect(textToAppend("a\nx\nb\n", "x")).toBeNull();
    expect(textToAppend("a\r\nx\r\n", "x")).toBeNull();
    expect(textToAppend("ax\n", "x")).toBe("x\n");
  });
});

describe("the file of amendments", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), "execpolicy-"));
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
  });

  const file = (): string => amendmentFile("user", { codexHome: home });

  it("is made with its folder, and keeps what it holds", async () => {
    await appendRuleLine(file(), prefixRuleLine(["something", "else"]));
    expect(readFileSync(file(), "utf8")).toBe('prefix_rule(pattern=["something", "else"], decision="allow")\n');
    writeFileSync(file(), 'prefix_rule(pattern=["ls"], decision="allow")');
    await appendRuleLine(file(), prefixRuleLine(["qecho", "Hello, world!"]));
    await appendRuleLine(file(), prefixRuleLine(["ls"]));
    expect(readFileSync(file(), "utf8")).toBe(
      'prefix_rule(pattern=["ls"], decision="allow")\nprefix_rule(pattern=["qecho", "Hello, world!"], decision="allow")\n',
    );
  });

  it("holds each line once when many write at the same time", async () => {
    const lines = Array.from({ length: 20 }, (_, index) => prefixRuleLine(["cmd", String(index % 10)]));
    await Promise.all(lines.map(line => appendRuleLine(file(), line)));
    const written = readFileSync(file(), "utf8").trimEnd().split("\n");
    expect(written.sort()).toEqual([...new Set(lines)].sort());
  });

  it("breaks the lock of a process that died", async () => {
    mkdirSync(path.dirname(file()));
    writeFileSync(`${file()}.lock`, "");
    const old = new Date(Date.now() - 60_000);
    utimesSync(`${file()}.lock`, old, old);
    await appendRuleLine(file(), "x");
    expect(readFileSync(file(), "utf8")).toBe("x\n");
  });

  it("is not made where the home folder is missing", async () => {
    const missing = path.join(home, "missing", "rules", "default.rules");
    await expect(appendRuleLine(missing, "x")).rejects.toMatchObject({
      code: "write",
      message: `failed to update rules file ${missing}: failed to create policy directory ${path.dirname(missing)}: No such file or directory (os error 2)`,
    });
  });

  it.each<[string, (rules: string) => void, string, string]>([
    [
      "a file stands in the place of its folder",
      rules => writeFileSync(path.dirname(rules), ""),
      "failed to lock policy file FILE",
      "Not a directory (os error 20)",
    ],
    [
      "a folder stands in its place",
      rules => mkdirSync(rules, { recursive: true }),
      "failed to open policy file FILE",
      "Is a directory (os error 21)",
    ],
  ])("is left alone where %s, and says so", async (_name, prepare, what, cause) => {
    prepare(file());
    await expect(appendRuleLine(file(), "x")).rejects.toMatchObject({
      code: "write",
      message: `failed to update rules file ${file()}: ${what.replace("FILE", file())}: ${cause}`,
    });
    // Nobody waits for a lock that is not needed any more.
    expect(existsSync(`${file()}.lock`)).toBe(false);
  });

  it("is made with the project's folder, too", async () => {
    const project = amendmentFile("project", { codexHome: home, projectFolder: path.join(home, "repo", ".codex") });
    mkdirSync(path.join(home, "repo"));
    await appendRuleLine(project, "x");
    expect(readFileSync(project, "utf8")).toBe("x\n");
  });

  it("can be the project's, where there is a trusted project", () => {
    expect(amendmentFile("project", { codexHome: home, projectFolder: "/repo/.codex" })).toBe(
      "/repo/.codex/rules/default.rules",
    );
    expect(() => amendmentFile("project", { codexHome: home })).toThrow(/not part of a trusted project/);
    expect(() => amendmentFile("project", { codexHome: home, projectFolder: null })).toThrow(/save it for the user/);
  });
});

describe("amended policies", () => {
  const written: string[] = [];
  const append = async (_file: string, line: string): Promise<void> => {
    await Promise.resolve();
    written.push(line);
  };

  it("allow the prefix from then on", async () => {
    const policy = await amendPrefix(Policy.empty, ["git", "push"], { file: "f", append, lookup });
    expect(policy.evaluate([["git", "push", "-f"]]).decision).toBe("allow");
    const same = await amendPrefix(policy, ["git", "push"], { file: "f", append, lookup });
    expect(same).toBe(policy);
    expect(written).toEqual([prefixRuleLine(["git", "push"]), prefixRuleLine(["git", "push"])]);
  });

  it("come of either kind of amendment", async () => {
    const target = { file: "f", append, lookup };
    const prefix = await amend(Policy.empty, { prefix: ["ls"] }, target);
    expect(prefix.evaluate([["ls", "-l"]]).decision).toBe("allow");
    const rule = { host: "A.com", protocol: "https", decision: "allow" } as const;
    expect((await amend(prefix, rule, target)).networkRules).toEqual([{ ...rule, host: "a.com" }]);
    expect(written.slice(-2)).toEqual([prefixRuleLine(["ls"]), networkRuleLine(rule)]);
    await expect(amend(Policy.empty, { prefix: [] }, target)).rejects.toMatchObject({ code: "rule" });
  });

  it("stay as strict as another rule makes them", async () => {
    const strict = parsePolicy([{ path: "p.rules", text: 'prefix_rule(["git"],"forbidden")' }]);
    const policy = await amendPrefix(strict, ["git", "push"], { file: "f", append, lookup });
    expect(policy.evaluate([["git", "push"]]).decision).toBe("forbidden");
    expect(policy.match(["git", "push"])).toHaveLength(2);
  });

  it("hold the network rule of a person's answer", async () => {
    const amendment = networkAmendment({ host: "A.com.", action: "deny" }, { host: "a.com", protocol: "https" });
    expect(amendment).toEqual({
      host: "a.com",
      protocol: "https",
      decision: "forbidden",
      justification: "Deny https_connect access to a.com",
    });
    const policy = await amendNetwork(Policy.empty, amendment, { file: "f", append });
    expect(policy.networkRules).toEqual([amendment]);
    expect(
      networkAmendment({ host: "a.com", action: "allow" }, { host: "a.com", protocol: "socks5_udp" }),
    ).toMatchObject({
      decision: "allow",
      justification: "Allow socks5_udp access to a.com",
    });
    expect(() => networkAmendment({ host: "b.com", action: "allow" }, { host: "a.com", protocol: "http" })).toThrow(
      "network policy amendment host 'b.com' does not match approved host 'a.com'",
    );
  });
});

describe("allowed prefixes for the model", () => {
  it("are sorted by words, length and text, once each, with alternatives", () => {
    const policy = parsePolicy([
      {
        path: "p.rules",
        text: 'prefix_rule(["git",["push","pull"]])\nprefix_rule(["bb"])\nprefix_rule(["a"])\nprefix_rule(["ab"])\nprefix_rule(["a"])\nprefix_rule(["no"],"prompt")',
      },
    ]);
    expect(allowedPrefixes(policy)).toEqual([["a"], ["ab"], ["bb"], ["git", "[push|pull]"]]);
    expect(renderAllowedPrefixes(allowedPrefixes(policy))).toBe(
      '- ["a"]\n- ["ab"]\n- ["bb"]\n- ["git", "[push|pull]"]',
    );
    expect(renderAllowedPrefixes([])).toBeNull();
  });

  it("are cut after 100 entries or 5000 characters", () => {
    const many = Array.from({ length: 101 }, (_, index) => [`c${index}`]);
    const text = renderAllowedPrefixes(many) ?? "";
    expect(text.endsWith('- ["c99"]...\n[Some commands were truncated]')).toBe(true);
    const long = renderAllowedPrefixes([["x".repeat(6000)]]) ?? "";
    expect(long).toHaveLength(5000 + "...\n[Some commands were truncated]".length);
  });
});
