// GENERATED CODE! DO NOT MODIFY BY HAND!

export type DeviceKeyPublicParams = { keyId: string, };
