import path from "node:path";
import { findReference, nativeProgram } from "../reference.ts";

/** A program under comparison, and how its server is started. */
export interface Subject {
  readonly name: "ours" | "reference";
  readonly file: string;
  readonly args: readonly string[];
}

const BUNDLE = path.resolve(import.meta.dirname, "../../../../packages/cli/dist/codex-ts.js");

/**
 * Both programs, as app-servers on stdio. `CODEX_TS_OURS` names another bundle than the built one.
 *
 * @throws Error when the reference cannot be found or installed
 */
export async function subjects(env: NodeJS.ProcessEnv): Promise<readonly [ours: Subject, reference: Subject]> {
  const reference = await findReference(env);
  return [
    { name: "ours", file: process.execPath, args: [env["CODEX_TS_OURS"] ?? BUNDLE, "app-server"] },
    { name: "reference", file: await nativeProgram(reference), args: ["app-server"] },
  ];
}
