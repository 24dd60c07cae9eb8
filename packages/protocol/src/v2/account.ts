import { AuthMode, PlanType } from "../shared/settings.ts";
import {
  boolean,
  nullable,
  optional,
  experimental,
  type Out,
  string,
  stringEnum,
  struct,
  tagged,
  withDefault,
} from "../wire/index.ts";

export const Account = tagged("Account", "type", () => ({
  apiKey: {},
  chatgpt: { email: string, planType: PlanType },
  amazonBedrock: {},
}));
export type Account = Out<typeof Account>;

export const AccountLoginCompletedNotification = struct("AccountLoginCompletedNotification", () => ({
  loginId: nullable(string),
  success: boolean,
  error: nullable(string),
}));
export interface AccountLoginCompletedNotification extends Out<typeof AccountLoginCompletedNotification> {}

export const AccountUpdatedNotification = struct("AccountUpdatedNotification", () => ({
  authMode: nullable(AuthMode),
  planType: nullable(PlanType),
}));
export interface AccountUpdatedNotification extends Out<typeof AccountUpdatedNotification> {}

export const CancelLoginAccountParams = struct("CancelLoginAccountParams", () => ({ loginId: string }));
export interface CancelLoginAccountParams extends Out<typeof CancelLoginAccountParams> {}

export const CancelLoginAccountResponse = struct("CancelLoginAccountResponse", () => ({
  status: CancelLoginAccountStatus,
}));
export interface CancelLoginAccountResponse extends Out<typeof CancelLoginAccountResponse> {}

export const CancelLoginAccountStatus = stringEnum("CancelLoginAccountStatus", ["canceled", "notFound"]);
export type CancelLoginAccountStatus = Out<typeof CancelLoginAccountStatus>;

export const ChatgptAuthTokensRefreshParams = struct("ChatgptAuthTokensRefreshParams", () => ({
  reason: ChatgptAuthTokensRefreshReason,
  previousAccountId: optional(string),
}));
export interface ChatgptAuthTokensRefreshParams extends Out<typeof ChatgptAuthTokensRefreshParams> {}

export const ChatgptAuthTokensRefreshReason = stringEnum("ChatgptAuthTokensRefreshReason", ["unauthorized"]);
export type ChatgptAuthTokensRefreshReason = Out<typeof ChatgptAuthTokensRefreshReason>;

export const ChatgptAuthTokensRefreshResponse = struct("ChatgptAuthTokensRefreshResponse", () => ({
  accessToken: string,
  chatgptAccountId: string,
  chatgptPlanType: nullable(string),
}));
export interface ChatgptAuthTokensRefreshResponse extends Out<typeof ChatgptAuthTokensRefreshResponse> {}

export const GetAccountParams = struct("GetAccountParams", () => ({ refreshToken: withDefault(boolean, false) }));
export interface GetAccountParams extends Out<typeof GetAccountParams> {}

export const GetAccountResponse = struct("GetAccountResponse", () => ({
  account: nullable(Account),
  requiresOpenaiAuth: boolean,
}));
export interface GetAccountResponse extends Out<typeof GetAccountResponse> {}

export const LoginAccountParams = tagged("LoginAccountParams", "type", () => ({
  apiKey: { apiKey: string },
  chatgpt: {},
  chatgptDeviceCode: {},
  chatgptAuthTokens: experimental("account/login/start.chatgptAuthTokens", {
    accessToken: string,
    chatgptAccountId: string,
    chatgptPlanType: optional(string),
  }),
}));
export type LoginAccountParams = Out<typeof LoginAccountParams>;

export const LoginAccountResponse = tagged("LoginAccountResponse", "type", () => ({
  apiKey: {},
  chatgpt: { loginId: string, authUrl: string },
  chatgptDeviceCode: { loginId: string, verificationUrl: string, userCode: string },
  chatgptAuthTokens: {},
}));
export type LoginAccountResponse = Out<typeof LoginAccountResponse>;

export const LogoutAccountResponse = struct("LogoutAccountResponse", () => ({}));
export interface LogoutAccountResponse extends Out<typeof LogoutAccountResponse> {}
