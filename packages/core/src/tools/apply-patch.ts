import { APPLY_PATCH_LARK_GRAMMAR } from "@codex-ts/apply-patch/grammar";
import { object, parseArguments, string } from "./parameters.ts";
import { functionSpec, type Tool, type ToolCall, type ToolContext, type ToolResult, type ToolSpec } from "./tool.ts";

const DESCRIPTION =
  "Adds, changes, moves and deletes files by a patch. Paths are relative to the working folder. An update shows the changed lines with a few unchanged ones around them; begin a place that is hard to find with `@@` and a line above it.";

const EXAMPLE = `The patch looks like this:
*** Begin Patch
*** Update File: src/app.py
@@ def greet():
-    print("Hi")
+    print("Hello")
*** Add File: notes.txt
+first line
*** Delete File: old.txt
*** End Patch`;

const parameters = object({ input: string("The whole patch, from `*** Begin Patch` to `*** End Patch`.") });

/** Changes files by a patch: as free text held to a grammar, or as the argument of a function. */
export function applyPatchTool(kind: "freeform" | "function"): Tool {
  return {
    names: ["apply_patch"],
    group: "apply_patch",
    accepts: ["custom", "function"],
    parallel: false,
    spec:
      kind === "freeform"
        ? freeformSpec()
        : functionSpec("apply_patch", `${DESCRIPTION}\n\n${EXAMPLE}`, parameters.schema),
    run: runApplyPatch,
  };
}

function freeformSpec(): ToolSpec {
  return {
    type: "custom",
    name: "apply_patch",
    description: `${DESCRIPTION} This is free text: do not wrap the patch in JSON.`,
    format: { type: "grammar", syntax: "lark", definition: APPLY_PATCH_LARK_GRAMMAR },
  };
}

async function runApplyPatch({ callId, payload }: ToolCall, context: ToolContext): Promise<ToolResult> {
  const text =
    payload.kind === "custom"
      ? payload.input
      : parseArguments(parameters, payload.kind === "function" ? payload.arguments : "").input;
  const [{ parsePatch }, { runPatch, verified }] = await Promise.all([
    import("@codex-ts/apply-patch"),
    import("./patch-run.ts"),
  ]);
  const patch = await verified(() => parsePatch(text));
  return runPatch(callId, context, patch, context.turn.context.settings.cwd);
}
