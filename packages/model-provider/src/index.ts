export {
  type AccountRateLimits,
  type BackendCall,
  backendUrl,
  readAccountRateLimits,
  sendCreditsNudge,
  taskDiff,
} from "./account/backend.ts";
export {
  apiKeyAuth,
  type AuthRecovery,
  type AuthSource,
  type Credential,
  maskKey,
  noAuth,
  type RecoveryStep,
  type RequestAuth,
  requestAuth,
} from "./auth/credential.ts";
export { authStoreFor, type AuthStoreKind, deferredAuthStore } from "./auth/choose-store.ts";
export { commandAuth, runTokenCommand, TokenCommandError } from "./auth/command.ts";
export { autoAuthStore, type Keyring, keyringAuthStore, memoryAuthStore, systemKeyring } from "./auth/keyring.ts";
export { claimsOf, type TokenClaims } from "./auth/jwt.ts";
export { AuthManager, type AuthManagerOptions, type ExternalTokens, type LoginStatus } from "./auth/manager.ts";
export { planTypeOf } from "./auth/plan.ts";
export { brokenLoginRestriction, type LoginRestrictions } from "./auth/restrictions.ts";
export { providerAuth, type ProviderAuthOptions } from "./auth/resolve.ts";
export { RefreshError } from "./auth/refresh.ts";
export { type AuthStore, AuthStoreError, fileAuthStore, type StoredAuth, type StoredTokens } from "./auth/store.ts";
export {
  type CompactRequest,
  createModelClient,
  type ModelClient,
  type ModelClientOptions,
  type Prompt,
  type StreamOptions,
  type TurnContext,
} from "./client.ts";
export { backoffMs, type Clock, sleep, systemClock, type Timer } from "./clock.ts";
export { ModelError, type ModelErrorCode, type ModelErrorFacts, ProviderError } from "./errors.ts";
export {
  builtInProviders,
  type BuiltInOptions,
  checkBedrockRegion,
  chooseOssProvider,
  type Env,
  OSS_PROVIDERS,
  type OssProviderId,
  resolveOpenAiBaseUrl,
} from "./providers/builtin.ts";
export {
  baseUrlOf,
  type CommandAuth,
  type CommandAuthConfig,
  defineProvider,
  isAzure,
  isOpenAi,
  type LoginKind,
  type ProviderConfig,
  type ProviderDefinition,
} from "./providers/definition.ts";
export { selectProvider, validateProviders } from "./providers/validate.ts";
export { buildRequest, keepServerId, type RequestParts } from "./request/body.ts";
export {
  providerHeaders,
  type SessionFacts,
  sessionHeaders,
  turnMetadata,
  type TurnMetadataFacts,
  userAgent,
  type UserAgentFacts,
} from "./request/headers.ts";
export type { ModelEvent, ResponsesRequest, StreamedItem, TokenUsage } from "./wire.ts";
export { BUNDLED_MODELS, fallbackModel } from "./models/bundled.ts";
export { type CachedModels, fileModelsCache, type ModelsCache } from "./models/cache.ts";
export {
  instructionsOf,
  type ModelInfo,
  type ModelMessages,
  personalityMessage,
  supportsPersonality,
} from "./models/info.ts";
export { BASE_INSTRUCTIONS, PERSONALITIES } from "./models/instructions.ts";
export {
  defaultModel,
  findModel,
  type FoundModel,
  overlayModels,
  type PickerModel,
  pickerModels,
} from "./models/lookup.ts";
export {
  type ModelListRequestFacts,
  ModelsManager,
  type ModelsManagerOptions,
  type RefreshStrategy,
} from "./models/manager.ts";
export { ModelCatalogError, parseModels } from "./models/parse.ts";
export { ensureLmStudioModel, LMSTUDIO_DEFAULT_MODEL } from "./oss/lmstudio.ts";
export { ensureOllamaModel, OLLAMA_DEFAULT_MODEL } from "./oss/ollama.ts";
export { OssError, type OssServices, type PullProgress } from "./oss/server.ts";
export type {
  ApiRequestFacts,
  ModelObserver,
  StreamEventFacts,
  WebSocketConnectFacts,
} from "./transport/observer.ts";
export type { Prewarm } from "./transport/prewarm.ts";
export {
  type HttpFetch,
  type HttpHeaders,
  type HttpInit,
  type HttpResponse,
  nodeFetch,
} from "./transport/http-client.ts";
