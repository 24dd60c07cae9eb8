// GENERATED CODE! DO NOT MODIFY BY HAND!

export type MarketplaceUpgradeParams = { marketplaceName?: string | null, };
