// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MarketplaceUpgradeErrorInfo = { marketplaceName: string, message: string, };
