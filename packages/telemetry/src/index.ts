export { TelemetryError, type TelemetryErrorCode } from "./errors.ts";
export type {
  ApiRequest,
  AuthEnvironment,
  AuthRecoveryStep,
  AnswerFacts,
  RequestAuthFacts,
  ResponseUsage,
  StreamEvent,
  WebSocketConnect,
  WebSocketRequest,
} from "./events/model.ts";
export type {
  ConversationStart,
  DecisionName,
  PromptFacts,
  ToolDecision,
  ToolResultFacts,
} from "./events/session.ts";
export { type ModelListRequest, type ModelListTelling, tellModelList } from "./model-list.ts";
export { type OpenOptions, openTelemetry, type Telemetry } from "./open.ts";
export { isMetricName, isTagName, tagValue } from "./sanitize.ts";
export { type MetricTags, type SessionFacts, SessionTelemetry, type TelemetryTools } from "./session-telemetry.ts";
export {
  type Exporter,
  exportsAnything,
  type OtelTable,
  type TelemetrySettings,
  telemetrySettings,
  type TlsFiles,
} from "./settings.ts";
export {
  type Attributes,
  type AttributeValue,
  SILENT_SPAN,
  type Span,
  type SpanOptions,
  type TelemetrySink,
  type TraceContext,
} from "./sink.ts";
export { parseTraceparent, traceContextOf, traceparentOf, type TracePlace } from "./trace-context.ts";
