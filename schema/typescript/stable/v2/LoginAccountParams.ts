// GENERATED CODE! DO NOT MODIFY BY HAND!

export type LoginAccountParams = { "type": "apiKey", apiKey: string, } | { "type": "chatgpt", } | { "type": "chatgptDeviceCode", } | { "type": "chatgptAuthTokens", accessToken: string, chatgptAccountId: string, chatgptPlanType?: string | null, };
