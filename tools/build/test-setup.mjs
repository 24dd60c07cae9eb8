import { afterEach } from "vitest";
import { runCleanups } from "./cleanups.mjs";

// Read again for each file of tests.
afterEach(runCleanups);
