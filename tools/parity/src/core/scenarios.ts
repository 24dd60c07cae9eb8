import type { Scenario } from "../drive/scenario.ts";
import { plain } from "./plain.ts";

export const scenarios: readonly Scenario[] = [...plain];
