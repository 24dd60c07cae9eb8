import { symlinkSync } from "node:fs";
import { ConfigLoader } from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, put, world } from "./helpers.ts";

const file = (home: string, name: string): string => `${home}/${name}`;

const role = (name: string, more = "description = 'd'\n"): string =>
  `name = '${name}'\n${more}developer_instructions = 'x'\n`;
const told = "Ignoring malformed agent role definition: ";

describe("role files in the agents folder of a layer", () => {
  it("count at any depth, beside the declared roles, and take over what they leave open", async () => {
    const { home, load } = world({
      "etc/agents/low.toml": role("low", "nickname_candidates = ['L']\ndescription = 'low'\n"),
      "home/config.toml": "[agents.said]\ndescription = 's'\n[agents.filed]\nconfig_file = 'agents/filed.toml'\n",
      "home/agents/filed.toml": role("filed"),
      "home/agents/a/b/.deep.toml": role("deep", "description = 'd'\nmodel = 'm'\n"),
      "home/agents/low.toml": role("low", ""),
      "home/agents/no.TOML": "x =",
      "home/agents/.toml": "x =",
      "work/.codex/agents/p.toml": "",
    });
    const { config, warnings } = await load();
    expect(warnings).toEqual([]);
    expect(config.agentRoles).toEqual({
      low: { description: "low", configFile: file(home, "agents/low.toml"), nicknameCandidates: ["L"] },
      said: { description: "s", configFile: null, nicknameCandidates: null },
      filed: { description: "d", configFile: file(home, "agents/filed.toml"), nicknameCandidates: null },
      deep: { description: "d", configFile: file(home, "agents/a/b/.deep.toml"), nicknameCandidates: null },
    });
  });

  it.each<[text: string, why: string]>([
    ["", "agent role file at FILE must define `developer_instructions`"],
    ["developer_instructions = 'x'", "agent role file at FILE must define a non-empty `name`"],
    ["description = ' '\ndeveloper_instructions = ' '", "agent role file FILE.description cannot be blank"],
    [
      "name = 1\nmodel = 1",
      "failed to deserialize agent role file at FILE: invalid type: integer `1`, expected a string\nin `name`\n",
    ],
    [
      "zz = 1\nmodel = 1",
      "failed to deserialize agent role file at FILE: invalid type: integer `1`, expected a string\n",
    ],
    [
      "approval_policy = 1",
      "failed to deserialize agent role file at FILE: invalid type: integer `1`, expected string or map\n",
    ],
    ["zz = 1\nyy = 1", "failed to deserialize agent role file at FILE: unknown field `yy`\n"],
    [role("r", ""), "agent role `r` must define a description"],
  ])("%j are left out, with a warning", async (text, why) => {
    const { home, load } = world({ "home/agents/r.toml": text });
    const { config, warnings } = await load();
    expect(config.agentRoles).toEqual({});
    const at = file(home, "agents/r.toml");
    expect(warnings.map(({ message }) => message)).toEqual([told + why.replace("FILE", at)]);
  });

  it("of one name are compared with each other first, then with the table", async () => {
    const { home, load } = world({
      "home/config.toml": "[agents.n]\ndescription = 'table'",
      "home/agents/a.toml": role("n"),
      "home/agents/b.toml": role("n"),
    });
    expect((await load()).warnings.map(({ message }) => message)).toEqual([
      `${told}duplicate agent role name \`n\` discovered in ${home}/agents`,
      `${told}duplicate agent role name \`n\` declared in the same config layer`,
    ]);
  });

  it("are no file in place of the folder", async () => {
    const { load } = world({ "home/agents": "x" });
    expect((await failure(load())).message).toBe("Not a directory (os error 20)");
  });

  it("end where links go round, and are noticed when one comes", async () => {
    const { home, load, work } = world({ "home/agents/a.toml": role("a") });
    symlinkSync(".", file(home, "agents/loop"));
    expect((await load()).warnings).toEqual([]);
    const loader = new ConfigLoader();
    const options = { codexHome: home, cwd: work, env: {} };
    const before = await loader.load(options);
    expect(await loader.load(options)).toBe(before);
    put(home, { "agents/b.toml": role("b") });
    expect(Object.keys((await loader.load(options)).config.agentRoles)).toEqual(["a", "b"]);
  });

  it("say which bytes are not text", async () => {
    const { load } = world({ "home/agents/a.toml": Buffer.from([0x61, 0xe2, 0x82, 0x20]) });
    expect((await load()).warnings[0]?.message).toBe(`${told}invalid utf-8 sequence of 2 bytes from index 1`);
  });
});

describe("the roles of [agents]", () => {
  it("take name, description and nicknames from their file before the table", async () => {
    const { home, load } = world({
      "home/config.toml":
        "[agents.plain]\ndescription = ' d '\nnickname_candidates = [' Ann ', 'B-1']\n[agents.filed]\nconfig_file = './role.toml'\ndescription = 'table'\n",
      "home/role.toml": "name = 'renamed'\ndescription = 'file'\nnickname_candidates = ['C']\nmodel = 'm'\n",
    });
    const { config, warnings } = await load();
    expect(config.agentRoles).toEqual({
      plain: { description: "d", configFile: null, nicknameCandidates: ["Ann", "B-1"] },
      renamed: { description: "file", configFile: file(home, "role.toml"), nicknameCandidates: ["C"] },
    });
    expect(warnings).toEqual([]);
  });

  const malformed: [toml: string, why: string][] = [
    ["[agents.x]\ndescription = ' '", "agents.x.description cannot be blank"],
    [
      "[agents.x]\nconfig_file = './none.toml'",
      "agents.x.config_file must point to an existing file at HOME/none.toml: No such file or directory (os error 2)",
    ],
    ["[agents.x]\nconfig_file = '.'", "agents.x.config_file must point to a file: HOME"],
    ["[agents.x]\nnickname_candidates = []", "agents.x.nickname_candidates must contain at least one name"],
    ["[agents.x]\nnickname_candidates = [' ']", "agents.x.nickname_candidates cannot contain blank names"],
    ["[agents.x]\nnickname_candidates = ['a', 'a']", "agents.x.nickname_candidates cannot contain duplicates"],
    [
      "[agents.x]\nnickname_candidates = ['a!']",
      "agents.x.nickname_candidates may only contain ASCII letters, digits, spaces, hyphens, and underscores",
    ],
    ["[agents.x]", "agent role `x` must define a description"],
    ["[agents.x]\nconfig_file = './config.toml'", "agent role `x` must define a description"],
    ["[agents.x]\nconfig_file = './blank.toml'", "agent role file HOME/blank.toml.description cannot be blank"],
    [
      "[agents.x]\nconfig_file = './typed.toml'",
      "failed to deserialize agent role file at HOME/typed.toml: invalid type: integer `1`, expected a string\nin `description`\n",
    ],
    [
      "[agents.x]\nconfig_file = './instructions.toml'",
      "agent role file at HOME/instructions.toml.developer_instructions cannot be blank",
    ],
  ];
  it.each(malformed)("%j is left out, with a warning", async (toml, why) => {
    const { home, load } = world({
      "home/config.toml": toml,
      "home/blank.toml": "description = ' '",
      "home/typed.toml": "description = 1",
      "home/instructions.toml": "developer_instructions = ''",
    });
    const { config, warnings } = await load();
    expect(config.agentRoles).toEqual({});
    expect(warnings.map(({ message }) => message.replaceAll(home, "HOME"))).toEqual([
      `Ignoring malformed agent role definition: ${why}`,
    ]);
  });

  it("of a file that is no TOML say where it breaks", async () => {
    const { home, load } = world({
      "home/config.toml": "[agents.x]\nconfig_file = './broken.toml'",
      "home/broken.toml": "x = ",
    });
    expect((await load()).warnings[0]?.message).toContain(
      `Ignoring malformed agent role definition: failed to parse agent role file at ${home}/broken.toml: TOML parse error at line 1, column `,
    );
  });

  it("come in the order of their names, those without a description last", async () => {
    const { load } = world({
      "home/config.toml": "[agents.z]\ndescription = ''\n[agents.b]\n[agents.a]\ndescription = ''\n",
    });
    expect((await load()).warnings.map(({ keyPath }) => keyPath)).toEqual(["agents.a", "agents.z", "agents.b"]);
  });
});
