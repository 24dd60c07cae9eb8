// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AuthMode = "apikey" | "chatgpt" | "chatgptAuthTokens" | "agentIdentity";
