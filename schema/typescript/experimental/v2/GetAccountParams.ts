// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GetAccountParams = { refreshToken: boolean, };
