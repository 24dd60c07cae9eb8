// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MarketplaceRemoveParams = { marketplaceName: string, };
