import { APPLY_PATCH_LARK_GRAMMAR } from "@codex-ts/apply-patch/grammar";
import type { ToolUse } from "../approvals/slots.ts";
import { object, parseArguments, string } from "./parameters.ts";
import { commandOf, withArgument, withPayload } from "./replace-input.ts";
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
    hookUse: patchUse,
    replaceInput: (call, input) => {
      const read = commandOf(input);
      if (typeof read === "string") return read;
      return call.payload.kind === "custom"
        ? withPayload(call, { kind: "custom", input: read.command })
        : withArgument(call, "input", read.command);
    },
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

/** How tool hooks see a patch; null when the call cannot be read. */
function patchUse(call: ToolCall): Omit<ToolUse, "toolUseId"> | null {
  try {
    return { toolName: "apply_patch", toolInput: { command: patchText(call) } };
  } catch {
    return null;
  }
}

function patchText({ payload }: ToolCall): string {
  if (payload.kind === "custom") return payload.input;
  return parseArguments(parameters, payload.kind === "function" ? payload.arguments : "").input;
}

async function runApplyPatch(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const text = patchText(call);
  const [{ parsePatch }, { runPatch, verified }] = await Promise.all([
    import("@codex-ts/apply-patch"),
    import("./patch-run.ts"),
  ]);
  const patch = await verified(() => parsePatch(text));
  const result = await runPatch(call.callId, context, patch, context.turn.context.settings.cwd);
  return result.applied && typeof result.body === "string" ? { ...result, hookResponse: result.body } : result;
}
