export { type AppliedPatch, applyPatch, type ApplyPatchOptions, summarize } from "./apply.ts";
export { fileChangeItems, legacyFileChanges, type LegacyFileChange, streamedFileChanges } from "./change-items.ts";
export { applyChunks } from "./compute.ts";
export { confinePatchFs } from "./confine.ts";
export { ApplyPatchError, type ApplyPatchErrorCode } from "./errors.ts";
export { type ExtractedPatch, extractApplyPatch } from "./extract.ts";
export { APPLY_PATCH_NAMES } from "./names.ts";
export { parsePartialPatch, parsePatch } from "./parse.ts";
export { type PatchFileKind, type PatchFs, PatchFsError, type RealPathFs } from "./patch-fs.ts";
export { resolvePath } from "./path.ts";
export {
  type PatchChange,
  type PatchPlaces,
  type PatchPlan,
  type PatchSnapshot,
  pathsToRead,
  planPatch,
  touchedPaths,
  verifyPatch,
} from "./plan.ts";
export { type ApplyPatchProgram, type ProgramResult, runApplyPatchProgram, runPatchText } from "./program.ts";
export { assessPatchSafety, type PatchSafety, type PatchSafetyInput } from "./safety.ts";
export { type HeredocCall, recognizeHeredocCall } from "./shell-script.ts";
export { APPLY_PATCH_LARK_GRAMMAR } from "./tool-grammar.ts";
export { type GitFile, type GitFileMode, type TurnDiffFs, TurnDiffTracker } from "./turn-diff.ts";
export type { Hunk, Patch, UpdateChunk } from "./types.ts";
export { unifiedDiff } from "./unified-diff.ts";
