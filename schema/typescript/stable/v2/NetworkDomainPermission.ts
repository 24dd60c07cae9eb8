// GENERATED CODE! DO NOT MODIFY BY HAND!

export type NetworkDomainPermission = "allow" | "deny";
