import { array, int64, optional, type Out, string, stringEnum, struct, tagged } from "../wire/index.ts";

export const DeviceKeyAlgorithm = stringEnum("DeviceKeyAlgorithm", ["ecdsa_p256_sha256"]);
export type DeviceKeyAlgorithm = Out<typeof DeviceKeyAlgorithm>;

export const DeviceKeyCreateParams = struct("DeviceKeyCreateParams", () => ({
  protectionPolicy: optional(DeviceKeyProtectionPolicy),
  accountUserId: string,
  clientId: string,
}));
export interface DeviceKeyCreateParams extends Out<typeof DeviceKeyCreateParams> {}

export const DeviceKeyCreateResponse = struct("DeviceKeyCreateResponse", () => ({
  keyId: string,
  publicKeySpkiDerBase64: string,
  algorithm: DeviceKeyAlgorithm,
  protectionClass: DeviceKeyProtectionClass,
}));
export interface DeviceKeyCreateResponse extends Out<typeof DeviceKeyCreateResponse> {}

export const DeviceKeyProtectionClass = stringEnum("DeviceKeyProtectionClass", [
  "hardware_secure_enclave",
  "hardware_tpm",
  "os_protected_nonextractable",
]);
export type DeviceKeyProtectionClass = Out<typeof DeviceKeyProtectionClass>;

export const DeviceKeyProtectionPolicy = stringEnum("DeviceKeyProtectionPolicy", [
  "hardware_only",
  "allow_os_protected_nonextractable",
]);
export type DeviceKeyProtectionPolicy = Out<typeof DeviceKeyProtectionPolicy>;

export const DeviceKeyPublicParams = struct("DeviceKeyPublicParams", () => ({ keyId: string }));
export interface DeviceKeyPublicParams extends Out<typeof DeviceKeyPublicParams> {}

export const DeviceKeyPublicResponse = struct("DeviceKeyPublicResponse", () => ({
  keyId: string,
  publicKeySpkiDerBase64: string,
  algorithm: DeviceKeyAlgorithm,
  protectionClass: DeviceKeyProtectionClass,
}));
export interface DeviceKeyPublicResponse extends Out<typeof DeviceKeyPublicResponse> {}

export const DeviceKeySignParams = struct("DeviceKeySignParams", () => ({
  keyId: string,
  payload: DeviceKeySignPayload,
}));
export interface DeviceKeySignParams extends Out<typeof DeviceKeySignParams> {}

export const DeviceKeySignPayload = tagged("DeviceKeySignPayload", "type", () => ({
  remoteControlClientConnection: {
    nonce: string,
    audience: RemoteControlClientConnectionAudience,
    sessionId: string,
    targetOrigin: string,
    targetPath: string,
    accountUserId: string,
    clientId: string,
    tokenExpiresAt: int64,
    tokenSha256Base64url: string,
    scopes: array(string),
  },
  remoteControlClientEnrollment: {
    nonce: string,
    audience: RemoteControlClientEnrollmentAudience,
    challengeId: string,
    targetOrigin: string,
    targetPath: string,
    accountUserId: string,
    clientId: string,
    deviceIdentitySha256Base64url: string,
    challengeExpiresAt: int64,
  },
}));
export type DeviceKeySignPayload = Out<typeof DeviceKeySignPayload>;

export const DeviceKeySignResponse = struct("DeviceKeySignResponse", () => ({
  signatureDerBase64: string,
  signedPayloadBase64: string,
  algorithm: DeviceKeyAlgorithm,
}));
export interface DeviceKeySignResponse extends Out<typeof DeviceKeySignResponse> {}

export const RemoteControlClientConnectionAudience = stringEnum("RemoteControlClientConnectionAudience", [
  "remote_control_client_websocket",
]);
export type RemoteControlClientConnectionAudience = Out<typeof RemoteControlClientConnectionAudience>;

export const RemoteControlClientEnrollmentAudience = stringEnum("RemoteControlClientEnrollmentAudience", [
  "remote_control_client_enrollment",
]);
export type RemoteControlClientEnrollmentAudience = Out<typeof RemoteControlClientEnrollmentAudience>;
