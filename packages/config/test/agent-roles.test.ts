import { describe, expect, it } from "vitest";
import { world } from "./helpers.ts";

const file = (home: string, name: string): string => `${home}/${name}`;

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
