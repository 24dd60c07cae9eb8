// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ModelRerouteReason = "highRiskCyberActivity";
