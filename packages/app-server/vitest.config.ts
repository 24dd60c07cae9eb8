import { testsOf } from "@codex-ts-tools/build/vitest";

// Real runtimes, commands and sockets: on a machine that does much else at once a test takes its time.
export default testsOf(import.meta.dirname, { test: { testTimeout: 120_000, hookTimeout: 120_000 } });
