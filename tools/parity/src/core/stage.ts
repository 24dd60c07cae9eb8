import type { Drive, Stage } from "../drive/drive.ts";
import { QUIET, QUIET_TABLES } from "../drive/quiet.ts";
import type { Scenario } from "../drive/scenario.ts";

type Text = string | undefined;

export interface Setting extends Omit<Stage, "config" | "tables"> {
  config?: string;
  /** Tables after the provider's; `[features]` lines go into `features`. */
  tables?: string;
  features?: string;
}

/** A scenario on the usual stage: no network, no vendor's service, full access unless it says otherwise. */
export function scenario(name: string, setting: Setting, play: (drive: Drive) => Promise<void>): Scenario {
  const features: Text = setting.features;
  const config = `${QUIET}\n${hasPolicy(setting.config) ? "" : 'sandbox_mode = "danger-full-access"\napproval_policy = "never"'}\n${setting.config ?? ""}`;
  const tables = QUIET_TABLES.replace("[features]", `[features]\n${features ?? ""}`);
  return { ...setting, name, play, config, tables: `${tables}\n${setting.tables ?? ""}` };
}

function hasPolicy(config: Text): boolean {
  return config !== undefined && /^(sandbox_mode|approval_policy|default_permissions)\b/m.test(config);
}

/** One thread, these prompts one after another. */
export function prompts(...texts: readonly string[]): (drive: Drive) => Promise<void> {
  return async drive => {
    const thread = await drive.thread();
    for (const text of texts) await drive.turn(thread, text);
  };
}
