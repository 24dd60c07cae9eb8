import { AbsolutePathBuf } from "../shared/ids.ts";
import { array, boolean, nullable, optional, type Out, string, struct } from "../wire/index.ts";

export const MarketplaceAddParams = struct("MarketplaceAddParams", () => ({
  source: string,
  refName: optional(string),
  sparsePaths: optional(array(string)),
}));
export interface MarketplaceAddParams extends Out<typeof MarketplaceAddParams> {}

export const MarketplaceAddResponse = struct("MarketplaceAddResponse", () => ({
  marketplaceName: string,
  installedRoot: AbsolutePathBuf,
  alreadyAdded: boolean,
}));
export interface MarketplaceAddResponse extends Out<typeof MarketplaceAddResponse> {}

export const MarketplaceInterface = struct("MarketplaceInterface", () => ({ displayName: nullable(string) }));
export interface MarketplaceInterface extends Out<typeof MarketplaceInterface> {}

export const MarketplaceLoadErrorInfo = struct("MarketplaceLoadErrorInfo", () => ({
  marketplacePath: AbsolutePathBuf,
  message: string,
}));
export interface MarketplaceLoadErrorInfo extends Out<typeof MarketplaceLoadErrorInfo> {}

export const MarketplaceRemoveParams = struct("MarketplaceRemoveParams", () => ({ marketplaceName: string }));
export interface MarketplaceRemoveParams extends Out<typeof MarketplaceRemoveParams> {}

export const MarketplaceRemoveResponse = struct("MarketplaceRemoveResponse", () => ({
  marketplaceName: string,
  installedRoot: nullable(AbsolutePathBuf),
}));
export interface MarketplaceRemoveResponse extends Out<typeof MarketplaceRemoveResponse> {}

export const MarketplaceUpgradeErrorInfo = struct("MarketplaceUpgradeErrorInfo", () => ({
  marketplaceName: string,
  message: string,
}));
export interface MarketplaceUpgradeErrorInfo extends Out<typeof MarketplaceUpgradeErrorInfo> {}

export const MarketplaceUpgradeParams = struct("MarketplaceUpgradeParams", () => ({
  marketplaceName: optional(string),
}));
export interface MarketplaceUpgradeParams extends Out<typeof MarketplaceUpgradeParams> {}

export const MarketplaceUpgradeResponse = struct("MarketplaceUpgradeResponse", () => ({
  selectedMarketplaces: array(string),
  upgradedRoots: array(AbsolutePathBuf),
  errors: array(MarketplaceUpgradeErrorInfo),
}));
export interface MarketplaceUpgradeResponse extends Out<typeof MarketplaceUpgradeResponse> {}
