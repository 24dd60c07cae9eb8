import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const home = path.join(import.meta.dirname, "..");

function tree(folder: string): ReadonlyMap<string, string> {
  const root = path.join(home, folder);
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return new Map(
    files.map(entry => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(root, file).split(path.sep).join("/"), readFileSync(file, "utf8")];
    }),
  );
}

const stable = tree("typescript/stable");
const experimental = tree("typescript/experimental");
const json = tree("json/stable");
const jsonExperimental = tree("json/experimental");

describe("the TypeScript trees", () => {
  it("have 488 and 517 files", () => {
    expect([stable.size, experimental.size]).toEqual([488, 517]);
  });

  it("make a member optional and nullable in params alone", () => {
    const offenders = [...stable]
      .filter(([, text]) => /\w\?: [^,{}]*\| null/.test(text))
      .map(([file]) => path.basename(file, ".ts"))
      .filter(name => !name.endsWith("Params") && name !== "InitializeCapabilities");
    expect(offenders).toEqual([]);
  });

  it("have no union with undefined", () => {
    expect([...stable, ...experimental].filter(([, text]) => /\| undefined/.test(text))).toEqual([]);
  });

  it("begin with the line that says they are generated, and end with a line break", () => {
    const header = "// GENERATED CODE! DO NOT MODIFY BY HAND!\n\n";
    expect([...stable.values()].every(text => text.startsWith(header) && /[^\n]\n$/.test(text))).toBe(true);
  });

  it("show what is experimental only where it is asked for", () => {
    expect(stable.get("ClientRequest.ts")).not.toContain("mock/experimentalMethod");
    expect(stable.get("v2/ThreadStartParams.ts")).not.toContain("mockExperimentalField");
    expect(stable.has("v2/MockExperimentalMethodParams.ts")).toBe(false);
    expect(stable.get("index.ts")).not.toContain("EventMsg");
    expect(experimental.get("ClientRequest.ts")).toContain("mock/experimentalMethod");
    expect(experimental.get("v2/ThreadStartParams.ts")).toContain("mockExperimentalField");
    expect(experimental.get("v2/CommandExecutionRequestApprovalParams.ts")).toContain("additionalPermissions");
  });

  it("count the methods of the tables", () => {
    const arms = (text: string | undefined): number => text?.match(/"method": /g)?.length ?? 0;
    expect(arms(stable.get("ClientRequest.ts"))).toBe(74);
    expect(arms(experimental.get("ClientRequest.ts"))).toBe(89);
    expect(arms(stable.get("ServerNotification.ts"))).toBe(59);
    expect(arms(stable.get("ServerRequest.ts"))).toBe(9);
  });
});

type Schema = { readonly [keyword: string]: unknown };

function parsed(files: ReadonlyMap<string, string>, name: string): Schema {
  return JSON.parse(files.get(name) ?? "null") as Schema;
}

function referencesOf(text: string): readonly string[] {
  return [...text.matchAll(/"\$ref": "#\/definitions\/([^"]+)"/g)].map(match => match[1] as string);
}

describe("the schema of config.toml", () => {
  const text = tree("json/config").get("config.schema.json") ?? "";

  it("is closed, names the provider's token command, and hides what is refused", () => {
    const schema = JSON.parse(text) as Record<string, Record<string, Record<string, Record<string, unknown>>>>;
    expect(schema).toMatchObject({ title: "ConfigToml", additionalProperties: false });
    const auth = schema["definitions"]?.["ModelProviderAuthInfo"]?.["properties"];
    expect(auth?.["refresh_interval_ms"]).toMatchObject({ minimum: 0 });
    expect(auth?.["timeout_ms"]).toMatchObject({ minimum: 1 });
    expect(schema["definitions"]?.["RawMcpServerConfig"]?.["properties"]).not.toHaveProperty("bearer_token");
    expect(schema["properties"]).not.toHaveProperty("experimental_instructions_file");
  });

  it("ends with one line break", () => {
    expect(text).toMatch(/[^\n]\n$/);
  });
});

describe("the JSON Schema trees", () => {
  it("have 227 and 256 files, without a line break at the end", () => {
    expect([json.size, jsonExperimental.size]).toEqual([227, 256]);
    expect([...json.values()].every(text => text.endsWith("}"))).toBe(true);
  });

  it("strip what is experimental from files and bundles", () => {
    const texts = [...json.values()].join("");
    expect(texts).not.toContain("mockExperimentalField");
    expect(texts).not.toContain("MockExperimentalMethodParams");
    expect([...jsonExperimental.values()].join("")).toContain("mockExperimentalField");
  });

  it("have no dangling reference in any file", () => {
    const dangling = [...jsonExperimental].flatMap(([file, text]) => {
      const schema = JSON.parse(text) as { definitions?: Record<string, Schema> };
      const names = Object.keys(schema.definitions ?? {});
      const known = new Set([...names, ...Object.keys(schema.definitions?.["v2"] ?? {}).map(name => `v2/${name}`)]);
      return referencesOf(text)
        .filter(name => !known.has(name))
        .map(name => `${file}: ${name}`);
    });
    expect(dangling).toEqual([]);
  });

  it.each([
    ["RequestId.json", { title: "RequestId", anyOf: [{ type: "string" }, { type: "integer", format: "int64" }] }],
    ["v2/ThreadArchiveResponse.json", { title: "ThreadArchiveResponse", type: "object" }],
  ])("hold %s as the reference writes it", (file, expected) => {
    expect(parsed(json, file)).toEqual({ $schema: "http://json-schema.org/draft-07/schema#", ...expected });
  });

  it("write the params of a method that takes none as null, and do not require them", () => {
    const members = parsed(json, "ClientRequest.json")["oneOf"] as readonly Schema[];
    const logout = members.find(member => member["title"] === "Account/logoutRequest");
    expect(logout?.["required"]).toEqual(["id", "method"]);
    expect(logout).toMatchObject({ properties: { params: { type: "null" } } });
  });

  it("write the formats of integers", () => {
    const properties = parsed(json, "v2/CommandExecParams.json")["properties"] as Schema;
    expect(properties["outputBytesCap"]).toEqual({ type: ["integer", "null"], format: "uint", minimum: 0 });
  });
});
