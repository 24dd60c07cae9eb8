// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerOauthLoginResponse = { authorizationUrl: string, };
