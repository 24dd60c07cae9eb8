export {
  ContentItem,
  FunctionCallOutputBody,
  FunctionCallOutputContentItem,
  ImageDetail,
  MessagePhase,
  ReasoningItemContent,
  ReasoningItemReasoningSummary,
} from "./content.ts";
export {
  GhostCommit,
  LocalShellAction,
  LocalShellExecAction,
  LocalShellStatus,
  ResponseItem,
  WebSearchAction,
} from "./response-item.ts";
export { writtenItem } from "./written.ts";
