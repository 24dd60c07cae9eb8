import { AbsolutePathBuf } from "../shared/ids.ts";
import { array, boolean, nullable, optional, type Out, string, struct, withDefault } from "../wire/index.ts";

export const ClientInfo = struct("ClientInfo", () => ({ name: string, title: nullable(string), version: string }));
export interface ClientInfo extends Out<typeof ClientInfo> {}

export const InitializeCapabilities = struct("InitializeCapabilities", () => ({
  experimentalApi: withDefault(boolean, false),
  optOutNotificationMethods: optional(array(string)),
}));
export interface InitializeCapabilities extends Out<typeof InitializeCapabilities> {}

export const InitializeParams = struct("InitializeParams", () => ({
  clientInfo: ClientInfo,
  capabilities: nullable(InitializeCapabilities),
}));
export interface InitializeParams extends Out<typeof InitializeParams> {}

export const InitializeResponse = struct("InitializeResponse", () => ({
  userAgent: string,
  codexHome: AbsolutePathBuf,
  platformFamily: string,
  platformOs: string,
}));
export interface InitializeResponse extends Out<typeof InitializeResponse> {}
