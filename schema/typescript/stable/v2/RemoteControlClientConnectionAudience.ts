// GENERATED CODE! DO NOT MODIFY BY HAND!

export type RemoteControlClientConnectionAudience = "remote_control_client_websocket";
