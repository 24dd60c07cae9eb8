// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DeviceKeyProtectionPolicy } from "./DeviceKeyProtectionPolicy";

export type DeviceKeyCreateParams = { protectionPolicy?: DeviceKeyProtectionPolicy | null, accountUserId: string, clientId: string, };
