// GENERATED CODE! DO NOT MODIFY BY HAND!

export type RequestId = string | number;
