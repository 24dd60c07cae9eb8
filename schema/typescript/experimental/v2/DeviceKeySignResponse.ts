// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { DeviceKeyAlgorithm } from "./DeviceKeyAlgorithm";

export type DeviceKeySignResponse = { signatureDerBase64: string, signedPayloadBase64: string, algorithm: DeviceKeyAlgorithm, };
