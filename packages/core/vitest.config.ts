import { testsOf } from "@codex-ts-tools/build/vitest";

export default testsOf(import.meta.dirname, { apart: ["test/execve-unseen.test.ts"] });
