import { testsOf } from "@codex-ts-tools/build/vitest";

export default testsOf(import.meta.dirname);
