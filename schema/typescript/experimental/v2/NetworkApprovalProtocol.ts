// GENERATED CODE! DO NOT MODIFY BY HAND!

export type NetworkApprovalProtocol = "http" | "https" | "socks5Tcp" | "socks5Udp";
