import type { Scenario } from "../drive/scenario.ts";
import { account } from "./account.ts";
import { approvals } from "./approvals.ts";
import { clients } from "./clients.ts";
import { commandScenarios } from "./commands.ts";
import { fileScenarios } from "./files.ts";
import { gate } from "./gate.ts";
import { joins } from "./joins.ts";
import { lists } from "./lists.ts";
import { records } from "./records.ts";
import { paramScenarios } from "./params.ts";
import { rules } from "./rules.ts";
import { search } from "./search.ts";
import { settings } from "./settings.ts";
import { threads } from "./threads.ts";
import { turns } from "./turns.ts";

export const scenarios: readonly Scenario[] = [
  ...threads,
  ...turns,
  ...approvals,
  ...clients,
  ...gate,
  ...joins,
  ...lists,
  ...records,
  ...rules,
  ...fileScenarios,
  ...commandScenarios,
  ...settings,
  ...account,
  ...search,
  ...paramScenarios(),
];
