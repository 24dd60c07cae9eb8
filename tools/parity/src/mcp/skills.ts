import { readFile } from "node:fs/promises";
import path from "node:path";
import { stdioServer } from "@codex-ts-tools/mcp-servers";
import type { Script } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { QUIET, QUIET_TABLES } from "../drive/quiet.ts";
import type { Scenario } from "../drive/scenario.ts";
import type { Answerer } from "../drive/wire.ts";

const SKILL = "---\nname: helper\ndescription: Helps with parity.\n---\nUse the server.\n";

const dependencies = (tools: readonly string[]): string =>
  `dependencies:\n  tools:\n${tools.map(lines => `    - ${lines.split("\n").join("\n      ")}\n`).join("")}`;

/** A program without arguments, since a dependency has only a command. */
const COMMAND = path.join("home", "server.sh");
const program = (): string => {
  const { command, args } = stdioServer({ tools: ["echo"] });
  return `#!/bin/sh\nexec ${[command, ...args].map(word => `'${word}'`).join(" ")}\n`;
};

const stdioTool = (place: { home: string }): string =>
  `type: mcp\nvalue: dep\ndescription: A helper\ntransport: stdio\ncommand: ${path.join(place.home, "server.sh")}`;

const choosing =
  (label: string): Answerer =>
  ({ params }) => {
    const [question] = (params as { questions?: { id: string }[] }).questions ?? [];
    return { result: { answers: question === undefined ? {} : { [question.id]: { answers: [label] } } } };
  };

interface SkillStage {
  name: string;
  answer?: Answerer;
  client?: string;
  config?: string;
  features?: string;
  tools?: readonly string[];
  turns?: number;
}

function skillScenario(stage: SkillStage): Scenario {
  const { name, answer, client = "codex_vscode", features = "", turns = 1, tools } = stage;
  return {
    name: `skill that needs a server: ${name}`,
    client,
    script: Array.from({ length: turns }, () => ({ text: "hi" })) as unknown as Script,
    config: `${QUIET}\n${stage.config ?? 'approval_policy = "on-request"\nsandbox_mode = "read-only"'}\n`,
    tables: `${QUIET_TABLES.replace("[features]", `[features]\n${features}`)}\n`,
    timeoutMs: 30_000,
    prepare: async place => {
      const { chmod, mkdir, writeFile } = await import("node:fs/promises");
      const folder = path.join(place.home, "skills", "helper");
      await mkdir(path.join(folder, "agents"), { recursive: true });
      await writeFile(path.join(folder, "SKILL.md"), SKILL);
      await writeFile(path.join(folder, "agents", "openai.yaml"), dependencies(tools ?? [stdioTool(place)]));
      const file = path.join(place.home, path.basename(COMMAND));
      await writeFile(file, program());
      await chmod(file, 0o755);
    },
    play: async drive => {
      if (answer !== undefined) drive.answer = answer;
      await noteSkills(drive);
      const threadId = await drive.thread();
      for (let turn = 0; turn < turns; turn++) await drive.turn(threadId, "please $helper");
      const text = await readFile(path.join(drive.place.home, "config.toml"), "utf8");
      drive.notes["servers"] = text.match(/\[mcp_servers[^[]*/g)?.map(table => table.trim()) ?? [];
    },
  };
}

async function noteSkills(drive: Drive): Promise<void> {
  const { data } = (await drive.call("skills/list", { cwds: [drive.place.work] })) as {
    data?: { skills: { name: string; dependencies?: unknown }[] }[];
  };
  drive.notes["dependencies"] = data?.[0]?.skills.find(({ name }) => name === "helper")?.dependencies ?? null;
}

export const skillScenarios: readonly Scenario[] = [
  skillScenario({ name: "installed", answer: choosing("Install"), turns: 2 }),
  skillScenario({ name: "not installed, and not asked again", answer: choosing("Continue anyway"), turns: 2 }),
  skillScenario({ name: "answered with an error", answer: () => ({ error: { code: -1, message: "no" } }) }),
  skillScenario({ name: "another client", answer: choosing("Install"), client: "somebody" }),
  skillScenario({
    name: "installed unasked where all is free",
    config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
  }),
  skillScenario({ name: "the feature is off", features: "skill_mcp_dependency_install = false" }),
  skillScenario({
    name: "dependencies of many kinds",
    answer: choosing("Continue anyway"),
    tools: [
      "type: MCP\nvalue: web\nurl: http://127.0.0.1:9/mcp",
      "type: mcp\nvalue: nothing",
      "type: mcp\nvalue: odd\ntransport: pigeon\nurl: x",
      "type: env_var\nvalue: TOKEN\ndescription: A token",
      "type: mcp\nvalue: again\nurl: http://127.0.0.1:9/mcp",
    ],
  }),
];
