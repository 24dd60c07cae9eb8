// GENERATED CODE! DO NOT MODIFY BY HAND!

export type RemoteControlClientEnrollmentAudience = "remote_control_client_enrollment";
