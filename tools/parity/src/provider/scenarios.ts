import type { Scenario } from "../drive/scenario.ts";
import { items } from "./items.ts";
import { limits } from "./limits.ts";
import { logins } from "./logins.ts";
import { retries } from "./retries.ts";
import { shapes } from "./shapes.ts";
import { sockets } from "./sockets.ts";
import { gathered } from "./stage.ts";
import { statuses } from "./statuses.ts";
import { streams } from "./streams.ts";

export const scenarios: readonly Scenario[] = [
  ...gathered(shapes),
  ...gathered(statuses),
  ...gathered(streams),
  ...gathered(items),
  ...gathered(retries),
  ...gathered(limits),
  ...gathered(sockets),
  ...logins,
];
