import { readFile } from "node:fs/promises";
import path from "node:path";
import { type ServerScript, stdioServerToml } from "@codex-ts-tools/mcp-servers";
import type { Json, Script } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { QUIET, QUIET_TABLES } from "../drive/quiet.ts";
import type { Scenario } from "../drive/scenario.ts";
import type { Answerer } from "../drive/wire.ts";

export interface Call {
  name: string;
  /** Text of the arguments. */
  arguments?: string;
  /** null: none. */
  namespace?: string | null;
}

export interface McpStage {
  name: string;
  /** Script of the server `fx`; null: there is none. */
  server?: ServerScript | null;
  /** Further lines of its table. */
  more?: string;
  /** Further tables. */
  tables?: string;
  approval?: string;
  sandbox?: string;
  features?: string;
  model?: string;
  calls?: readonly Call[];
  /** The same calls once more, in a second turn. */
  twice?: boolean;
  answer?: Answerer;
  play?: (drive: Drive) => Promise<void>;
}

export const FREE = { approval: '"never"', sandbox: "danger-full-access" };

/** A scenario around the server `fx`: by default one turn in which the model makes the calls. */
export function mcpScenario(stage: McpStage): Scenario {
  const { name, server = {}, more = "", tables = "", calls = [], twice = false, answer, play } = stage;
  const { approval = '"on-request"', sandbox = "read-only", features = "", model } = stage;
  const fx = server === null ? "" : stdioServerToml("fx", server, more);
  return {
    name,
    script: (twice ? [...script(calls).slice(0, 2), ...script(calls)] : script(calls)) as unknown as Script,
    ...(model === undefined ? {} : { model }),
    config: `${QUIET}\napproval_policy = ${approval}\nsandbox_mode = "${sandbox}"\n`,
    tables: `${QUIET_TABLES.replace("[features]", `[features]\n${features}`)}\n${fx}\n${tables}`,
    timeoutMs: 30_000,
    play: async drive => {
      if (answer !== undefined) drive.answer = answer;
      await (play ?? oneTurn)(drive);
    },
  };
}

export async function oneTurn(drive: Drive): Promise<void> {
  await drive.turn(await drive.thread(), "go");
}

function script(calls: readonly Call[]): Json[] {
  const items = calls.map(({ name, arguments: args = "{}", namespace = "mcp__fx__" }, index) => ({
    type: "function_call",
    ...(namespace === null ? {} : { namespace }),
    name,
    arguments: args,
    call_id: `c${index}`,
  }));
  return calls.length === 0 ? [{ text: "hi" }] : [{ items }, { text: "done" }, { text: "more" }];
}

/** Notes the tables of servers as the file has them at the end. */
export async function noteServers(drive: Drive, file = path.join(drive.place.home, "config.toml")): Promise<void> {
  const text = await readFile(file, "utf8");
  drive.notes["approvals"] = [...text.matchAll(/\[mcp_servers\.[^\]]*tools[^\]]*\]\n[^[]*/g)].map(([table]) =>
    table.trim(),
  );
}

export const accepting =
  (more: Json = {}): Answerer =>
  () => ({ result: { action: "accept", content: {}, _meta: null, ...more } });
