// GENERATED CODE! DO NOT MODIFY BY HAND!

export type DeviceKeyProtectionPolicy = "hardware_only" | "allow_os_protected_nonextractable";
