import { resolve } from "node:path";
import { modelWarning } from "../prompts/fragments.ts";
import { fromHome } from "./command-call.ts";
import type { ToolCall, ToolContext, ToolResult } from "./tool.ts";

/**
 * A command that is nothing but a call of apply_patch becomes a patch: same checks, same approval, same item. Null: an ordinary command.
 */
export async function interceptPatch(
  call: ToolCall,
  context: ToolContext,
  argv: readonly string[],
  cwd: string,
): Promise<ToolResult | null> {
  // Most commands do not even name it.
  if (
    !argv.some(word => word.includes("apply_patch") || word.includes("applypatch") || word.includes("*** Begin Patch"))
  )
    return null;
  context.remark.mayCome();
  const [{ extractApplyPatch }, { runPatch, verified }] = await Promise.all([
    import("@codex-ts/apply-patch"),
    import("./patch-run.ts"),
  ]);
  const found = extractApplyPatch(argv);
  if (found.kind === "none") {
    context.remark.tell(null);
    return null;
  }
  if (found.kind !== "patch") {
    return verified(() => {
      throw found.error;
    });
  }
  const text = modelWarning(
    `apply_patch was requested via ${call.name}. Use the apply_patch tool instead of exec_command.`,
  );
  // Of a patch that does not fit the files nothing more is said than that.
  const warn = () => context.remark.tell({ type: "message", role: "user", content: [{ type: "input_text", text }] });
  const { env } = context.session.services;
  const patchFolder = found.cd === null ? cwd : resolve(cwd, fromHome(found.cd, env["HOME"]));
  return runPatch(call.callId, context, found.patch, patchFolder, warn);
}
