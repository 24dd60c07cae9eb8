// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ChatgptAuthTokensRefreshResponse = { accessToken: string, chatgptAccountId: string, chatgptPlanType: string | null, };
